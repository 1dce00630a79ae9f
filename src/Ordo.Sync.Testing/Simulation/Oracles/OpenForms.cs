using System.Text;
using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// The forms that people at devices have opened and are about to save: the truth about what each had seen, which the commit may not show
/// any more.
/// </summary>
internal sealed class OpenForms
{
    private readonly List<(SimulatedNode Editor, byte[] Mark, ShownVersion[] Seen)> _forms = [];

    /// <summary>A person is about to write what comes from a form.</summary>
    /// <param name="editor">The device.</param>
    /// <param name="seen">What the form showed.</param>
    /// <param name="mark">A text in what is written, and in nothing else.</param>
    public void Note(SimulatedNode editor, IEnumerable<ShownVersion> seen, string mark) =>
        _forms.Add((editor, Encoding.UTF8.GetBytes(mark), [.. seen]));

    /// <summary>What the form had shown that a version was written from; <see langword="null"/> where it is of none. It is over then.</summary>
    public ShownVersion[]? Take(SimulatedNode author, RecordVersion content)
    {
        int at = _forms.FindIndex(form => form.Editor == author && content.Payload.Span.IndexOf(form.Mark) >= 0);
        if (at < 0)
        {
            return null;
        }

        ShownVersion[] seen = _forms[at].Seen;
        _forms.RemoveAt(at);
        return seen;
    }
}
