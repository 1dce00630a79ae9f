using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

// Edits made on a state of the text that the editor names: between its last look and its edit others may have typed.
public sealed partial class TextSession
{
    private long _revision;

    /// <summary>The text with the number of its revision.</summary>
    public TextRevision Current
    {
        get
        {
            lock (_lock)
            {
                return new TextRevision(_shown.ToString(), _revision);
            }
        }
    }

    /// <summary>
    /// Puts other text in the place of a range, if the text is still of the revision that the range was chosen in; else nothing
    /// changes. For editors on another thread or behind a wire, whose picture of the text may be behind: on <see langword="false"/>
    /// take in what <see cref="Changed"/> brought (or <see cref="Current"/>), and try again.
    /// </summary>
    /// <param name="revision">The revision that the editor shows; afterwards the one that the edit made.</param>
    /// <param name="index">The UTF-16 index of the range.</param>
    /// <param name="count">Its length.</param>
    /// <param name="text">The text to put there.</param>
    /// <returns>Whether the edit was made.</returns>
    /// <exception cref="ArgumentException">The range is outside the text of this revision or parts a surrogate pair.</exception>
    public bool TryReplace(ref long revision, int index, int count, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryApply(ref revision, [new TextChange(index, count, text)]);
    }

    /// <summary>Makes several edits, each on the text that the one before left: all, or none.</summary>
    /// <param name="revision">The revision that the editor shows; afterwards the one that the edits made.</param>
    /// <param name="changes">The edits.</param>
    /// <returns>Whether the edits were made; see <see cref="TryReplace"/>.</returns>
    /// <exception cref="ArgumentException">A range is outside the text that it meets or parts a surrogate pair.</exception>
    public bool TryApply(ref long revision, IReadOnlyList<TextChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            if (revision != _revision)
            {
                return false;
            }

            if (changes.Count > 1)
            {
                Rehearse(changes);
            }

            foreach (TextChange change in changes)
            {
                _history.Replace(_dots, change.Position, change.Deleted, change.Inserted);
            }

            Note(changes);
            revision = _revision;
            return true;
        }
    }

    // All or none: what fails, fails on a copy. A single edit is checked whole before it changes anything.
    private void Rehearse(IReadOnlyList<TextChange> changes)
    {
        var copy = new Text();
        var dots = new DotSource(_dots.Replica);
        copy.Insert(dots, 0, _shown.ToString());
        foreach (TextChange change in changes)
        {
            ArgumentNullException.ThrowIfNull(change.Inserted, nameof(changes));
            copy.Replace(dots, change.Position, change.Deleted, change.Inserted);
        }
    }

    // Every change of the text, whoever made it, is one revision.
    private void Follow(IReadOnlyList<TextChange> changes)
    {
        _revision++;
        MoveCursors(changes);
    }
}
