using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Codec;

/// <summary>
/// Reads a page of changes from untrusted bytes: the head at once, then records one after another with their dots translated
/// to the receiver's indexes. Payloads stay parts of the page's bytes, which must not change meanwhile.
/// </summary>
public sealed partial class PageReader
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private int _position;
    private int _recordsLeft;

    private PageReader(
        ReadOnlyMemory<byte> bytes, PageHeader header, ImmutableArray<ReplicaId> replicas, int position, int count)
    {
        _bytes = bytes;
        Header = header;
        Replicas = replicas;
        _position = position;
        _recordsLeft = count;
        RecordCount = count;
    }

    /// <summary>The head of the page.</summary>
    public PageHeader Header { get; }

    /// <summary>The replica ids that the page names, in the order of its own indexes.</summary>
    public ImmutableArray<ReplicaId> Replicas { get; }

    /// <summary>The number of records in the page.</summary>
    public int RecordCount { get; }

    /// <summary>Opens a page and reads its head.</summary>
    /// <param name="bytes">The page.</param>
    /// <exception cref="SyncException">The bytes are malformed or exceed a limit.</exception>
    public static PageReader Open(ReadOnlyMemory<byte> bytes) => WireFormat.Decode(bytes, "page", ReadHeader);

    /// <summary>Reads the next record.</summary>
    /// <param name="localIndexes">
    /// For each of <see cref="Replicas"/>, the receiver's index; negative for one whose versions are passed over.
    /// </param>
    /// <param name="knowledge">The page's knowledge in the receiver's indexes: the context of its records.</param>
    /// <param name="record">The record; <see langword="null"/> at the end.</param>
    /// <returns><see langword="false"/> at the end of the page.</returns>
    /// <exception cref="SyncException">The bytes are malformed or exceed a limit.</exception>
    public bool TryRead(IReadOnlyList<int> localIndexes, VersionVector knowledge, out RemoteRecord? record)
    {
        ArgumentNullException.ThrowIfNull(localIndexes);
        record = null;
        if (_recordsLeft == 0)
        {
            return false;
        }

        try
        {
            var reader = new MessagePackReader(_bytes[_position..]);
            record = ReadRecord(ref reader, localIndexes, knowledge);
            _position += (int)reader.Consumed;
            _recordsLeft--;
            if (_recordsLeft == 0 && _position != _bytes.Length)
            {
                throw new MessagePackSerializationException("bytes follow the last record.");
            }

            return true;
        }
        catch (Exception exception) when (exception
            is MessagePackSerializationException or EndOfStreamException or ArgumentException or OverflowException)
        {
            throw WireFormat.Malformed(
                "page", $"record {RecordCount - _recordsLeft} of {RecordCount}: {exception.Message}", exception);
        }
    }

    private static int ReadIndex(ref MessagePackReader reader, int count)
    {
        int index = reader.ReadInt32();
        return (uint)index < (uint)count
            ? index
            : throw new MessagePackSerializationException($"index {index} in a table of {count}.");
    }

    private RemoteRecord ReadRecord(
        ref MessagePackReader reader, IReadOnlyList<int> localIndexes, VersionVector knowledge)
    {
        int elements = reader.ReadArrayHeader();
        if (elements < 3)
        {
            throw new MessagePackSerializationException("a record has a collection, a key and versions.");
        }

        string collection = Header.Collections[ReadIndex(ref reader, Header.Collections.Length)].Name;
        RecordKey key = MessageChecks.Key(collection, reader.ReadString());
        int count = WireFormat.ReadCount(ref reader, ProtocolLimits.SiblingsMax, "siblings");
        if (count == 0)
        {
            throw new MessagePackSerializationException("a record has at least one version.");
        }

        var dots = new FixedList<Dot>(count);
        var values = new FixedList<RecordVersion>(count);
        for (int i = 0; i < count; i++)
        {
            ReadVersion(ref reader, localIndexes, ref dots, ref values);
        }

        VersionVector? exception = null;
        if (elements > 3 && !reader.TryReadNil())
        {
            exception = ReadVector(ref reader, localIndexes);
        }

        ReadOnlyMemory<byte> conflictFree = default;
        if (elements > 4)
        {
            conflictFree = WireFormat.ReadBytes(ref reader, _bytes[_position..]);
        }

        for (int extra = 5; extra < elements; extra++)
        {
            reader.Skip();
        }

        ImmutableArray<Dot> met = dots.ToImmutable();
        return new RemoteRecord(key, met, values.ToImmutable(), new CausalContext(knowledge, exception))
        {
            ConflictFree = conflictFree,
            NamesStrangers = met.Length < count,
        };
    }

    private static VersionVector ReadVector(ref MessagePackReader reader, IReadOnlyList<int> localIndexes)
    {
        int count = WireFormat.ReadCount(ref reader, ProtocolLimits.ReplicasMax * 2, "vector elements");
        var dots = new List<Dot>(count / 2);
        for (int i = 0; i < count / 2; i++)
        {
            int index = localIndexes[ReadIndex(ref reader, localIndexes.Count)];
            long counter = MessageChecks.Counter(reader.ReadInt64());
            if (index >= 0)
            {
                dots.Add(new Dot(index, counter));
            }
        }

        return VersionVector.Of([.. dots]);
    }

    private void ReadVersion(
        ref MessagePackReader reader,
        IReadOnlyList<int> localIndexes,
        ref FixedList<Dot> dots,
        ref FixedList<RecordVersion> values)
    {
        int elements = reader.ReadArrayHeader();
        if (elements is < 2 or 3 or 4)
        {
            throw new MessagePackSerializationException($"a version of {elements} elements.");
        }

        int index = localIndexes[ReadIndex(ref reader, localIndexes.Count)];
        long counter = MessageChecks.Counter(reader.ReadInt64());
        Dot? dot = index < 0 ? null : new Dot(index, counter);
        if (dot is { } named)
        {
            if (dots.Items.Contains(named))
            {
                throw new MessagePackSerializationException("a record names a dot twice.");
            }

            dots.Add(named);
        }

        if (elements == 2)
        {
            return;
        }

        HybridTimestamp timestamp = MessageChecks.Timestamp(reader.ReadUInt64());
        string author = reader.ReadString() ?? string.Empty;
        ReadOnlyMemory<byte> message = _bytes[_position..];
        ReadOnlyMemory<byte> payload = WireFormat.ReadBytes(ref reader, message);
        ReadOnlyMemory<byte> annotations = elements > 5 ? WireFormat.ReadBytes(ref reader, message) : default;
        for (int extra = 6; extra < elements; extra++)
        {
            reader.Skip();
        }

        Check(author, payload, annotations);
        if (dot is { } known)
        {
            values.Add(new RecordVersion(known, timestamp, author, payload, annotations));
        }
    }

    private static void Check(string author, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> annotations)
    {
        if (author.Length > ProtocolLimits.AuthorLengthMax)
        {
            throw new MessagePackSerializationException($"an author of {author.Length} characters.");
        }

        int bytes = payload.Length + annotations.Length;
        if (bytes > ProtocolLimits.RecordBytesMax)
        {
            throw new SyncException(
                SyncErrorCode.TooLarge, $"A version of {bytes} bytes exceeds the limit of {ProtocolLimits.RecordBytesMax}.");
        }

        if (!payload.IsEmpty && PayloadFormat.WhyNot(payload, ProtocolLimits.PayloadDepthMax) is { } why)
        {
            throw new MessagePackSerializationException(why);
        }

        // What the strategies keep with a version is read wherever the record is shown: it must not fail there.
        if (!PlainCarrier.Is(annotations.Span))
        {
            VersionNotes.Decode(annotations);
        }
    }
}
