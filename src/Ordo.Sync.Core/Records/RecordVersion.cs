using MessagePack;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Records;

/// <summary>One version of a record: a sibling while no other version supersedes it. Immutable and thread-safe.</summary>
public sealed class RecordVersion
{
    // The place of the kind in annotations; see VersionNotes.
    private const int KindPart = 4;
    private const int KindUnread = -1;
    private int _kind = KindUnread;

    /// <summary>Makes a version.</summary>
    /// <param name="dot">Its identity, in the local replica indexes of the store that holds it.</param>
    /// <param name="timestamp">Its hybrid timestamp.</param>
    /// <param name="author">Who wrote it, as the writing app named them; empty where it did not.</param>
    /// <param name="payload">The MessagePack map of its fields; empty for a tombstone. Must not be changed afterwards.</param>
    /// <param name="annotations">What the collection's strategy keeps with the version; empty for most.</param>
    public RecordVersion(
        Dot dot,
        HybridTimestamp timestamp,
        string author,
        ReadOnlyMemory<byte> payload,
        ReadOnlyMemory<byte> annotations = default)
    {
        ArgumentNullException.ThrowIfNull(author);
        Dot = dot;
        Timestamp = timestamp;
        Author = author;
        Payload = payload;
        Annotations = annotations;
    }

    /// <summary>The version's identity, in local replica indexes.</summary>
    public Dot Dot { get; }

    /// <summary>The hybrid timestamp; greater than those of all it overwrote.</summary>
    public HybridTimestamp Timestamp { get; }

    /// <summary>Who wrote it; empty where the app named nobody.</summary>
    public string Author { get; }

    /// <summary>The MessagePack map of the record's fields; empty for a tombstone.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>What the collection's strategy keeps with the version (field stamps, a decision); opaque to stores.</summary>
    public ReadOnlyMemory<byte> Annotations { get; }

    /// <summary>Whether this version has no payload: it deletes the record, or is a carrier.</summary>
    public bool IsTombstone => Payload.IsEmpty;

    /// <summary>What it stands for.</summary>
    public VersionKind Kind => (VersionKind)(_kind != KindUnread ? _kind : _kind = (int)ReadKind());

    /// <summary>Whether it stands for a change of the record's conflict-free state and for nothing else.</summary>
    public bool IsCarrier => Kind == VersionKind.Carrier;

    /// <summary>The same content under another dot and timestamp.</summary>
    public RecordVersion Restamp(Dot dot, HybridTimestamp timestamp) => new(dot, timestamp, Author, Payload, Annotations);

    /// <summary>Whether payload and annotations are byte for byte those of another version.</summary>
    public bool HasContentOf(RecordVersion other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Payload.Span.SequenceEqual(other.Payload.Span) && Annotations.Span.SequenceEqual(other.Annotations.Span);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Dot}@{Timestamp}{(IsTombstone ? " deleted" : string.Empty)}";

    // Only versions without fields are carriers or births, so most need no look at their annotations.
    private VersionKind ReadKind()
    {
        if (Payload.IsEmpty && PlainCarrier.Is(Annotations.Span))
        {
            return VersionKind.Carrier;
        }

        if (Annotations.IsEmpty || Payload.Length > 1
            || Annotations.Span[0] is not (> MessagePackCode.MinFixArray + KindPart and <= MessagePackCode.MaxFixArray))
        {
            return VersionKind.Content;
        }

        try
        {
            var reader = new MessagePackReader(Annotations);
            reader.ReadArrayHeader();
            for (int part = 0; part < KindPart; part++)
            {
                reader.Skip();
            }

            VersionKind kind = reader.TryReadNil() ? VersionKind.Content : (VersionKind)reader.ReadByte();
            return (kind == VersionKind.Carrier) == Payload.IsEmpty ? kind : VersionKind.Content;
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            // Stores hold annotations of any form; whoever takes them from outside has checked them.
            return VersionKind.Content;
        }
    }
}
