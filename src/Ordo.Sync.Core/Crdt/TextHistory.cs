using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>
/// Undo and redo of the edits made through it, and of no others: what other people typed in between stays. Undoing is an edit
/// like any other, with new dots, so it replicates and can be undone. Not thread-safe.
/// </summary>
/// <remarks>
/// Undoing an insertion deletes what is left of it; undoing a deletion inserts the characters again where they stood (or, where
/// that place is forgotten, at the index it had). Edits between <see cref="Commit"/>s are undone together.
/// </remarks>
public sealed class TextHistory
{
    private readonly Text _text;
    private readonly Stack<List<TextStep>> _undo = new();
    private readonly Stack<List<TextStep>> _redo = new();

    // Deleted characters that were inserted again under new dots: who deletes the old ones means the new ones too.
    private readonly List<(GlobalDot Old, GlobalDot New, int Length)> _restored = [];
    private List<TextStep> _open = [];

    /// <summary>Makes an empty history of a text.</summary>
    public TextHistory(Text text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
    }

    /// <summary>Whether there is an edit to undo.</summary>
    public bool CanUndo => _open.Count > 0 || _undo.Count > 0;

    /// <summary>Whether there is an undone edit to do again.</summary>
    public bool CanRedo => _redo.Count > 0;

    /// <inheritdoc cref="Text.Insert"/>
    public void Insert(IDotSource dots, int index, ReadOnlySpan<char> text)
    {
        _text.Insert(dots, index, text);
        _redo.Clear();
        if (!text.IsEmpty)
        {
            _open.Add(Inserted(index, text.Length));
        }
    }

    /// <inheritdoc cref="Text.Delete"/>
    public void Delete(IDotSource dots, int index, int count)
    {
        TextStep step = Deleted(index, index >= 0 && count > 0 && index <= _text.Length - count ? count : 0);
        _text.Delete(dots, index, count);
        _redo.Clear();
        if (count > 0)
        {
            _open.Add(step);
        }
    }

    /// <inheritdoc cref="Text.Replace"/>
    public void Replace(IDotSource dots, int index, int count, ReadOnlySpan<char> text)
    {
        Delete(dots, index, count);
        Insert(dots, index, text);
    }

    /// <summary>Ends a group: the edits since the last are undone together.</summary>
    public void Commit()
    {
        if (_open.Count > 0)
        {
            _undo.Push(_open);
            _open = [];
        }
    }

    /// <summary>Undoes the last group of edits.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Undo(IDotSource dots)
    {
        ArgumentNullException.ThrowIfNull(dots);
        Commit();
        return Reverse(dots, _undo, _redo);
    }

    /// <summary>Does the last undone group again.</summary>
    /// <returns>Whether there was one; any edit clears them.</returns>
    public bool Redo(IDotSource dots)
    {
        ArgumentNullException.ThrowIfNull(dots);
        Commit();
        return Reverse(dots, _redo, _undo);
    }

    private bool Reverse(IDotSource dots, Stack<List<TextStep>> from, Stack<List<TextStep>> to)
    {
        if (!from.TryPop(out List<TextStep>? steps))
        {
            return false;
        }

        var inverse = new List<TextStep>();
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            if (steps[i].Deleted is { } text)
            {
                inverse.Add(Restore(dots, steps[i], text));
            }
            else
            {
                foreach ((GlobalDot first, int length) in steps[i].Runs)
                {
                    Remove(dots, first, length, inverse);
                }
            }
        }

        to.Push(inverse);
        return true;
    }

    private TextStep Inserted(int index, int length) => new(index, [.. _text.Core.DotsOf(index, length)], null);

    private TextStep Deleted(int index, int count) => new(
        index, count > 0 ? [.. _text.Core.DotsOf(index, count)] : [], count > 0 ? _text.Substring(index, count) : "");

    // Each run goes back to where it stood, in front of what is left of it; at its index, where nothing is.
    private TextStep Restore(IDotSource dots, TextStep step, string text)
    {
        var runs = new List<(GlobalDot First, int Length)>();
        int index = Math.Min(step.Index, _text.Length);
        int offset = 0;
        foreach ((GlobalDot old, int length) in step.Runs)
        {
            ReadOnlySpan<char> part = text.AsSpan(offset, length);
            long counter = _text.Core.Find(old) is null
                ? _text.Core.Insert(dots, Math.Min(index + offset, _text.Length), part)
                : _text.Core.InsertBefore(dots, old, part);
            var restored = new GlobalDot(dots.Replica, counter);
            runs.Add((restored, length));
            _restored.Add((old, restored, length));
            offset += length;
        }

        return new TextStep(index, [.. runs], null);
    }

    // Deletes what is visible of a range of dots, and of what was restored in their place.
    private void Remove(IDotSource dots, GlobalDot first, int length, List<TextStep> inverse)
    {
        for (int offset = 0; offset < length;)
        {
            GlobalDot dot = first with { Counter = first.Counter + offset };
            (int part, Sequences.Run? live) = _text.Core.PartOf(dot, length - offset);
            if (live is not null)
            {
                int index = _text.IndexOf(new Anchor(dot, IsAfter: false))!.Value;
                inverse.Add(Deleted(index, part));
                _text.Core.Delete(dots, index, part);
            }

            offset += part;
        }

        for (int i = 0; i < _restored.Count; i++)
        {
            (GlobalDot old, GlobalDot restored, int count) = _restored[i];
            long from = Math.Max(old.Counter, first.Counter);
            long end = Math.Min(old.Counter + count, first.Counter + length);
            if (old.Replica == first.Replica && from < end)
            {
                GlobalDot at = restored with { Counter = restored.Counter + (from - old.Counter) };
                Remove(dots, at, (int)(end - from), inverse);
            }
        }
    }
}
