namespace Ordo.Sync.Packages.Tests;

/// <summary>A marked block of a guide: <c>&lt;!-- run --&gt;</c>, <c>start</c>, <c>output</c> or <c>file: PATH</c>, then a fenced block.</summary>
/// <param name="Kind">The mark's word.</param>
/// <param name="Argument">What follows the word; empty mostly.</param>
/// <param name="Text">The block.</param>
internal sealed record GuideStep(string Kind, string Argument, string Text)
{
    /// <summary>The lines of the block.</summary>
    public IEnumerable<string> Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static IEnumerable<GuideStep> Of(string page)
    {
        string[] lines = page.ReplaceLineEndings("\n").Split('\n');
        for (int at = 0; at + 1 < lines.Length; at++)
        {
            bool isMark = lines[at].StartsWith("<!-- ", StringComparison.Ordinal)
                && lines[at + 1].StartsWith("```", StringComparison.Ordinal);
            if (!isMark)
            {
                continue;
            }

            string[] mark = lines[at]["<!-- ".Length..^" -->".Length].Split(": ", 2);
            int close = Array.IndexOf(lines, "```", at + 2);
            yield return new GuideStep(mark[0], mark.Length > 1 ? mark[1] : string.Empty, string.Join('\n', lines[(at + 2)..close]));
            at = close;
        }
    }
}
