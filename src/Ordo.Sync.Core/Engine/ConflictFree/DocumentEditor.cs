using System.Runtime.CompilerServices;
using Ordo.Sync.Crdt;
using Ordo.Sync.Crdt.Encoding;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.ConflictFree;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>
/// Edits the conflict-free state of records, for the one writer. Remembers the last few documents it wrote, so that somebody who
/// types does not have a long text decoded for each character. Not thread-safe.
/// </summary>
internal sealed class DocumentEditor
{
    private const int FirstMax = 4;
    private const int RememberedMax = 8;
    private const int RememberedBytesMax = 1024 * 1024;

    // What is smaller is decoded in less time than it takes to look whether it is remembered.
    private const int RememberedBytesMin = 512;

    // The latest last. What a failed transaction left here does not match what the store holds, and is decoded anew.
    private readonly List<(string Scope, RecordKey Key, ReadOnlyMemory<byte> Stored, CrdtDocument Document)> _remembered = [];

    /// <summary>Carries edits out and returns the new state.</summary>
    /// <param name="scope">The record's scope.</param>
    /// <param name="key">The record.</param>
    /// <param name="stored">Its state.</param>
    /// <param name="seen">
    /// The state that the editor saw, on which positions in texts and lists count; <see langword="null"/> for
    /// <paramref name="stored"/>.
    /// </param>
    /// <param name="edits">The edits.</param>
    /// <param name="known">What this replica knows of the record.</param>
    /// <param name="stable">The scope's F; <see langword="null"/> where nothing was forgotten.</param>
    /// <param name="context">Dots and time of the write.</param>
    /// <param name="result">Where to leave what the editor sees afterwards.</param>
    public ReadOnlyMemory<byte> Edit(
        string scope,
        RecordKey key,
        ReadOnlyMemory<byte> stored,
        ReadOnlyMemory<byte>? seen,
        IReadOnlyList<ConflictFreeEdit> edits,
        ICausalView known,
        ICausalView? stable,
        EditContext context,
        EditResult? result)
    {
        if (stored.IsEmpty && seen is null or { IsEmpty: true } && TryMakeFirst(edits, context, out ReadOnlyMemory<byte> made))
        {
            Require(made, key);
            if (result is not null)
            {
                result.Seen = made;
            }

            return made;
        }

        CrdtDocument document = Take(scope, key, stored);
        CrdtDocument? shown = seen is { } bytes && !bytes.Span.SequenceEqual(stored.Span) ? StoredDocument.Decode(bytes) : null;
        foreach (ConflictFreeEdit edit in edits)
        {
            CrdtValue target = edit.Find(document.Fields);
            if (shown is not null && target is Text or Sequence)
            {
                // The edit is made where its editor saw it, and joined: what others did meanwhile moves with it. The editor's
                // state names its removals, so its context adds nothing.
                CrdtValue old = edit.Find(shown!.Fields);
                edit.Apply(old, context);
                target.Merge(known, old, CausalView.Empty, isDelta: false);
            }
            else
            {
                edit.Apply(target, context);
            }
        }

        if (stable is not null)
        {
            document.Trim(stable);
        }

        ReadOnlyMemory<byte> edited = Finish(scope, key, document);
        if (result is not null)
        {
            result.Seen = shown is null ? edited : StoredDocument.Encode(shown);
        }

        return edited;
    }

    /// <summary>Removes what is in a record's state.</summary>
    public static ReadOnlyMemory<byte> Clear(ReadOnlyMemory<byte> stored, EditContext context)
    {
        CrdtDocument document = StoredDocument.Decode(stored);
        document.Clear(context.Dots);
        return StoredDocument.Encode(document);
    }

    private CrdtDocument Take(string scope, RecordKey key, ReadOnlyMemory<byte> stored)
    {
        if (stored.Length < RememberedBytesMin)
        {
            return StoredDocument.Decode(stored);
        }

        int at = _remembered.FindIndex(item => item.Key == key && string.Equals(item.Scope, scope, StringComparison.Ordinal));
        if (at < 0)
        {
            return StoredDocument.Decode(stored);
        }

        (_, _, ReadOnlyMemory<byte> bytes, CrdtDocument document) = _remembered[at];
        _remembered.RemoveAt(at);
        return bytes.Span.SequenceEqual(stored.Span) ? document : StoredDocument.Decode(stored);
    }

    private ReadOnlyMemory<byte> Finish(string scope, RecordKey key, CrdtDocument document)
    {
        ReadOnlyMemory<byte> stored = StoredDocument.Encode(document);
        Require(stored, key);
        if (stored.Length is >= RememberedBytesMin and <= RememberedBytesMax)
        {
            _remembered.Add((scope, key, stored, document));
            if (_remembered.Count > RememberedMax)
            {
                _remembered.RemoveAt(0);
            }
        }

        return stored;
    }

    private static void Require(ReadOnlyMemory<byte> stored, RecordKey key)
    {
        if (stored.Length > ProtocolLimits.RecordBytesMax)
        {
            throw new ArgumentException(
                $"The conflict-free state of '{key}' would take {stored.Length} bytes; {ProtocolLimits.RecordBytesMax} are the most.");
        }
    }

    // Most records begin with a few fields of one element each: these are written without making a document of them.
    private static bool TryMakeFirst(IReadOnlyList<ConflictFreeEdit> edits, EditContext context, out ReadOnlyMemory<byte> made)
    {
        made = default;
        if (edits.Count is 0 or > FirstMax)
        {
            return false;
        }

        var first = default(FirstElements);
        Span<FirstElement> elements = first;
        for (int count = 0; count < edits.Count; count++)
        {
            if (!edits[count].TryMakeFirst(out FirstElement element) || !FirstDocument.Takes(element.At.Kind))
            {
                return false;
            }

            // The dot is the edit's, whatever its place; fields stand in their order.
            int at = count;
            while (at > 0 && elements[at - 1].At.CompareTo(element.At) is var order and >= 0)
            {
                if (order == 0)
                {
                    return false;
                }

                elements[at] = elements[at - 1];
                at--;
            }

            elements[at] = element with { Counter = count };
        }

        long dot = context.Dots.Take(edits.Count);
        elements = elements[..edits.Count];
        foreach (ref FirstElement element in elements)
        {
            element = element with { Counter = dot + element.Counter };
        }

        made = StoredDocument.OfFirst(context.Dots.Replica, elements, context.Timestamp);
        return true;
    }

    [InlineArray(FirstMax)]
    private struct FirstElements
    {
        private FirstElement _element;
    }
}
