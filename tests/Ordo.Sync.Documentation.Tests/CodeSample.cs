namespace Ordo.Sync.Documentation.Tests;

/// <summary>A block of C# on a page.</summary>
/// <param name="Line">The line of its first line of code, from 1.</param>
/// <param name="Text">The code.</param>
/// <param name="IsHidden">
/// Whether it stands in a comment <c>&lt;!-- csharp … --&gt;</c>: what the samples after it take as given, and a reader need not see.
/// </param>
internal sealed record CodeSample(int Line, string Text, bool IsHidden)
{
    private const string Fence = "```csharp";
    private const string Comment = "<!-- csharp";

    /// <summary>The samples of a page, in their order.</summary>
    /// <exception cref="FormatException">A block is not closed.</exception>
    public static IEnumerable<CodeSample> Of(string page)
    {
        string[] lines = page.ReplaceLineEndings("\n").Split('\n');
        for (int at = 0; at < lines.Length; at++)
        {
            bool hidden = lines[at].TrimStart().StartsWith(Comment, StringComparison.Ordinal);
            if (!hidden && !lines[at].TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            string end = hidden ? "-->" : "```";
            int close = Array.FindIndex(lines, at + 1, line => line.Trim() == end);
            if (close < 0)
            {
                throw new FormatException($"The block of code at line {at + 1} is not closed with {end}.");
            }

            yield return new CodeSample(at + 2, string.Join('\n', lines[(at + 1)..close]), hidden);
            at = close;
        }
    }
}
