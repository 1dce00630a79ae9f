using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Notes;

/// <content>Reading, from bytes that nobody vouches for.</content>
internal static partial class VersionNotesCodec
{
    private const int ParentsMax = 1_024;
    private const int RejectedMax = 64;
    private const int TextLengthMax = 2_000;

    public static VersionNotes Decode(ReadOnlyMemory<byte> annotations)
    {
        if (annotations.IsEmpty)
        {
            return VersionNotes.None;
        }

        try
        {
            return Read(annotations);
        }
        catch (Exception exception) when (exception is EndOfStreamException or OverflowException or ArgumentException)
        {
            throw new MessagePackSerializationException("Annotations are cut off or malformed.", exception);
        }
    }

    /// <summary>Reads why a version was refused.</summary>
    public static Rejection ReadRejection(ref MessagePackReader reader)
    {
        int elements = reader.ReadArrayHeader();
        Require(elements >= 3, "a rejection has a code, a reason and fields.");
        var code = (SyncErrorCode)reader.ReadInt32();
        string reason = ReadText(ref reader);
        int count = reader.ReadArrayHeader();
        Require(count <= Rejection.FieldsMax, $"{count} fields; {Rejection.FieldsMax} are the most.");
        var fields = ImmutableArray.CreateBuilder<string>(count);
        for (int i = 0; i < count; i++)
        {
            fields.Add(ReadText(ref reader));
        }

        Skip(ref reader, elements - 3);
        return new Rejection(code, reason) { Fields = fields.MoveToImmutable() };
    }

    private static VersionKind ReadKind(ref MessagePackReader reader)
    {
        var kind = reader.TryReadNil() ? VersionKind.Content : (VersionKind)reader.ReadByte();
        Require(Enum.IsDefined(kind), $"a version of kind {(int)kind}, which this library does not know.");
        return kind;
    }

    private static VersionNotes Read(ReadOnlyMemory<byte> annotations)
    {
        var reader = new MessagePackReader(annotations);
        int parts = reader.ReadArrayHeader();
        var notes = new VersionNotes
        {
            Lineage = parts > 0 ? ReadLineage(ref reader) : null,
            Decision = parts > 1 ? ReadDecision(ref reader) : null,
            Rejected = parts > 2 ? ReadRejected(ref reader) : [],
            Fields = parts > 3 ? ReadBytes(ref reader, annotations) : default,
            Kind = parts > 4 ? ReadKind(ref reader) : VersionKind.Content,
        };
        Skip(ref reader, parts - 5);
        Require(reader.End, "bytes follow the annotations.");
        return notes;
    }

    private static Lineage? ReadLineage(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        int elements = reader.ReadArrayHeader();
        Require(elements >= 2, "a lineage has a time and parents.");
        long written = reader.ReadInt64();
        ReadOnlySequence<byte> bytes = reader.ReadBytes() ?? default;
        Require(
            bytes.Length % ContentHash.SizeBytes == 0 && bytes.Length / ContentHash.SizeBytes <= ParentsMax,
            $"{bytes.Length} bytes of parents.");
        var parents = ImmutableArray.CreateBuilder<ContentHash>((int)bytes.Length / ContentHash.SizeBytes);
        ReadOnlySpan<byte> span = bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray();
        for (int at = 0; at < span.Length; at += ContentHash.SizeBytes)
        {
            parents.Add(ContentHash.Read(span[at..]));
        }

        Skip(ref reader, elements - 2);
        return new Lineage(written, parents.MoveToImmutable());
    }

    private static Decision? ReadDecision(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        int elements = reader.ReadArrayHeader();
        Require(elements >= 1, "a decision has a reason.");
        var decision = new Decision(ReadText(ref reader));
        Skip(ref reader, elements - 1);
        return decision;
    }

    private static ImmutableArray<RejectedVersion> ReadRejected(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
        {
            return [];
        }

        int count = reader.ReadArrayHeader();
        Require(count <= RejectedMax, $"{count} rejected versions; {RejectedMax} are the most.");
        var rejected = ImmutableArray.CreateBuilder<RejectedVersion>(count);
        for (int i = 0; i < count; i++)
        {
            int elements = reader.ReadArrayHeader();
            Require(elements >= 3, "a rejected version has a replica, a counter and a rejection.");
            ReadOnlySequence<byte> id = reader.ReadBytes() ?? default;
            Require(id.Length == ReplicaId.SizeBytes, $"a replica id of {id.Length} bytes.");
            var version = new GlobalDot(ReplicaId.Read(id.ToArray()), reader.ReadInt64());
            rejected.Add(new RejectedVersion(version, ReadRejection(ref reader)));
            Skip(ref reader, elements - 3);
        }

        return rejected.MoveToImmutable();
    }

    private static ReadOnlyMemory<byte> ReadBytes(ref MessagePackReader reader, ReadOnlyMemory<byte> all)
    {
        if (reader.TryReadNil())
        {
            return default;
        }

        int length = (int)(reader.ReadBytes() ?? default).Length;
        return all.Slice((int)reader.Consumed - length, length);
    }

    private static string ReadText(ref MessagePackReader reader)
    {
        string text = reader.ReadString() ?? string.Empty;
        Require(text.Length <= TextLengthMax, $"a text of {text.Length} characters; {TextLengthMax} are the most.");
        return text;
    }

    private static void Skip(ref MessagePackReader reader, int elements)
    {
        for (int i = 0; i < elements; i++)
        {
            reader.Skip();
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new MessagePackSerializationException("Annotations are malformed: " + otherwise);
        }
    }
}
