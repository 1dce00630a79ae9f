using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MessagePack;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>Reads what <see cref="FieldStateEncoder"/> wrote, from bytes that nobody vouches for.</summary>
internal sealed class FieldStateDecoder
{
    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly FieldStamp _own;
    private ReplicaId[] _replicas = [];
    private string[] _authors = [];
    private FieldStamp[] _stamps = [];

    private FieldStateDecoder(ReadOnlyMemory<byte> encoded, FieldStamp own) => (_encoded, _own) = (encoded, own);

    public static FieldState Decode(ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> encoded, FieldStamp own)
    {
        FieldEntry[] leaves = LeafReader.Read(payload, own);
        if (encoded.IsEmpty)
        {
            KnownDots known = KnownDots.None.With(own);
            return new FieldState(
                ImmutableCollectionsMarshal.AsImmutableArray(leaves), [], known, FieldLimits.LostMax);
        }

        try
        {
            return new FieldStateDecoder(encoded, own).Read(leaves);
        }
        catch (Exception exception) when (exception is EndOfStreamException or OverflowException)
        {
            throw new MessagePackSerializationException(
                "The field stamps are malformed: " + exception.Message, exception);
        }
    }

    private FieldState Read(FieldEntry[] leaves)
    {
        var reader = new MessagePackReader(_encoded);
        int elements = reader.ReadArrayHeader();
        int format = elements == 0 ? 0 : reader.ReadInt32();
        Require(format == FieldStateEncoder.Format && elements == FieldStateEncoder.Elements, "an unknown format");
        ReadTables(ref reader);
        ReadShown(ref reader, leaves);
        List<FieldEntry> entries = ReadEntries(ref reader, FieldLimits.PathsMax - leaves.Length, "paths");
        List<FieldEntry> lost = ReadEntries(ref reader, FieldLimits.LostMax, "lost values");
        Require(!lost.Exists(static entry => FieldKey.IsRoot(entry.Key.Span)), "a lost value without a path");
        KnownDots known = ReadKnown(ref reader);
        Require(reader.End, "bytes that follow");

        FieldEntry[] all = entries.Count == 0 ? leaves : [.. leaves, .. entries];
        if (entries.Count > 0)
        {
            Array.Sort(all, FieldEntry.ByPath);
            for (int i = 1; i < all.Length; i++)
            {
                Require(FieldEntry.ByPath.Compare(all[i - 1], all[i]) != 0, "a path that stands twice with one stamp");
            }
        }

        known = known.With(all);
        var state = new FieldState(
            ImmutableCollectionsMarshal.AsImmutableArray(all),
            LostEntries.Add([], lost, FieldLimits.LostMax),
            known,
            FieldLimits.LostMax);
        RequireShown(state.View.Shown.AsSpan(), leaves);
        return state;
    }

    // Whoever forges an annotation must not make a payload show other values than its own.
    private static void RequireShown(ReadOnlySpan<FieldEntry> shown, FieldEntry[] leaves)
    {
        Require(shown.Length == leaves.Length, "values newer than the payload");
        for (int i = 0; i < leaves.Length; i++)
        {
            Require(FieldEntry.ByPath.Compare(shown[i], leaves[i]) == 0, "values newer than the payload");
        }
    }

    private void ReadTables(ref MessagePackReader reader)
    {
        _replicas = new ReplicaId[ReadCount(ref reader, FieldLimits.PathsMax + FieldLimits.LostMax, "replicas")];
        Span<byte> bytes = stackalloc byte[ReplicaId.SizeBytes];
        for (int i = 0; i < _replicas.Length; i++)
        {
            ReadOnlySequence<byte> id = reader.ReadBytes() ?? default;
            Require(id.Length == ReplicaId.SizeBytes, "a replica id that is not 16 bytes");
            id.CopyTo(bytes);
            _replicas[i] = ReplicaId.Read(bytes);
        }

        _authors = new string[ReadCount(ref reader, FieldLimits.PathsMax + FieldLimits.LostMax, "authors")];
        for (int i = 0; i < _authors.Length; i++)
        {
            _authors[i] = reader.ReadString() ?? throw Malformed("an author that is nil");
        }

        int count = ReadCount(ref reader, (FieldLimits.PathsMax + FieldLimits.LostMax) * 4, "elements of stamps");
        Require(count % 4 == 0, "stamps that are not four elements each");
        _stamps = new FieldStamp[count / 4];
        for (int i = 0; i < _stamps.Length; i++)
        {
            var timestamp = new HybridTimestamp(reader.ReadUInt64());
            Require(timestamp <= _own.Timestamp, "a stamp later than its version");
            ReplicaId replica = Replica(reader.ReadInt32());
            long counter = reader.ReadInt64();
            Require(counter > 0, "a counter that is not positive");
            int author = reader.ReadInt32();
            Require(author >= 0 && author <= _authors.Length, "an author that is in no table");
            _stamps[i] = new FieldStamp(timestamp, replica, counter, author == 0 ? string.Empty : _authors[author - 1]);
        }
    }

    private void ReadShown(ref MessagePackReader reader, FieldEntry[] leaves)
    {
        if (reader.TryReadNil())
        {
            return;
        }

        int count = reader.ReadArrayHeader();
        if (count != leaves.Length)
        {
            throw Malformed($"{count} stamps for a payload of {leaves.Length} fields");
        }

        for (int i = 0; i < leaves.Length; i++)
        {
            leaves[i] = leaves[i] with { Stamp = Stamp(reader.ReadInt32()) };
        }
    }

    private List<FieldEntry> ReadEntries(ref MessagePackReader reader, int countMax, string what)
    {
        int count = ReadCount(ref reader, countMax * 3, what);
        Require(count % 3 == 0, "entries that are not three elements each");
        var entries = new List<FieldEntry>(count / 3);
        for (int i = 0; i < count; i += 3)
        {
            int length = (int)(reader.ReadBytes() ?? default).Length;
            ReadOnlyMemory<byte> key = _encoded.Slice((int)reader.Consumed - length, length);
            FieldKey.Check(key.Span);
            int stamp = reader.ReadInt32();
            int start = (int)reader.Consumed;
            LeafReader.Skip(ref reader);
            ReadOnlyMemory<byte> value = stamp < 0 ? default : _encoded[start..(int)reader.Consumed];
            entries.Add(new FieldEntry(key, value, Stamp(stamp < 0 ? ~stamp : stamp)));
        }

        return entries;
    }

    private KnownDots ReadKnown(ref MessagePackReader reader)
    {
        int count = ReadCount(ref reader, FieldLimits.PathsMax + FieldLimits.LostMax, "known replicas");
        var lines = new List<KnownDots.Line>(count);
        for (int i = 0; i < count; i++)
        {
            int elements = reader.ReadArrayHeader();
            Require(elements >= 2, "a known replica without a counter");
            ReplicaId replica = Replica(reader.ReadInt32());
            Require(i == 0 || lines[^1].Replica < replica, "known replicas out of order");
            long upTo = reader.ReadInt64();
            Require(upTo >= 0, "a counter that is negative");
            var more = ImmutableArray.CreateBuilder<long>(elements - 2);
            long last = upTo;
            for (int j = 2; j < elements; j++)
            {
                long delta = reader.ReadInt64();
                Require(delta > 0, "known counters out of order");
                last = checked(last + delta);
                more.Add(last);
            }

            lines.Add(new KnownDots.Line(replica, upTo, more.MoveToImmutable()));
        }

        return KnownDots.Of(lines);
    }

    private ReplicaId Replica(int index) => index == 0 ? _own.Replica
        : index > 0 && index <= _replicas.Length ? _replicas[index - 1]
        : throw Malformed("a replica that is in no table");

    private FieldStamp Stamp(int index) => index == 0 ? _own
        : index > 0 && index <= _stamps.Length ? _stamps[index - 1]
        : throw Malformed("a stamp that is in no table");

    private static int ReadCount(ref MessagePackReader reader, int countMax, string what)
    {
        int count = reader.ReadArrayHeader();
        return count <= countMax ? count : throw Malformed($"{count} {what}; {countMax} are the most");
    }

    private static void Require(bool isTrue, string otherwise)
    {
        if (!isTrue)
        {
            throw Malformed(otherwise);
        }
    }

    private static MessagePackSerializationException Malformed(string what) =>
        new($"The field stamps of a version have {what}.");
}
