using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Notes;

/// <summary>
/// The form of annotations: an array of [lineage, decision, rejected, fields, kind], nil where a part is missing and cut off behind
/// the last one present. A reader passes over parts it does not know.
/// </summary>
internal static partial class VersionNotesCodec
{
    public static ReadOnlyMemory<byte> Encode(VersionNotes notes)
    {
        int count = notes.Kind != VersionKind.Content ? 5
            : !notes.Fields.IsEmpty ? 4
            : !notes.Rejected.IsEmpty ? 3
            : notes.Decision is not null ? 2
            : notes.Lineage is not null ? 1 : 0;
        if (count == 0)
        {
            return default;
        }

        var output = new ArrayBufferWriter<byte>(64 + notes.Fields.Length);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(count);
        Write(ref writer, notes.Lineage);
        if (count > 1)
        {
            Write(ref writer, notes.Decision);
        }

        if (count > 2)
        {
            Write(ref writer, notes.Rejected);
        }

        if (count > 3)
        {
            WriteFields(ref writer, notes.Fields.Span);
        }

        if (count > 4)
        {
            writer.Write((byte)notes.Kind);
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Writes a lineage alone: also a part of what is hashed.</summary>
    public static void Write(ref MessagePackWriter writer, Lineage? lineage)
    {
        if (lineage is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(2);
        writer.Write(lineage.WrittenUnixMilliseconds);
        writer.WriteBinHeader(lineage.Parents.Length * ContentHash.SizeBytes);
        foreach (ContentHash parent in lineage.Parents)
        {
            parent.Write(writer.GetSpan(ContentHash.SizeBytes));
            writer.Advance(ContentHash.SizeBytes);
        }
    }

    /// <summary>Writes why a version was refused: [code, reason, fields].</summary>
    public static void Write(ref MessagePackWriter writer, Rejection rejection)
    {
        writer.WriteArrayHeader(3);
        writer.Write((int)rejection.Code);
        writer.Write(rejection.Reason);
        writer.WriteArrayHeader(rejection.Fields.Length);
        foreach (string field in rejection.Fields)
        {
            writer.Write(field);
        }
    }

    private static void Write(ref MessagePackWriter writer, Decision? decision)
    {
        if (decision is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(1);
        writer.Write(decision.Reason);
    }

    private static void Write(ref MessagePackWriter writer, ImmutableArray<RejectedVersion> rejected)
    {
        writer.WriteArrayHeader(rejected.Length);
        foreach (RejectedVersion version in rejected)
        {
            writer.WriteArrayHeader(3);
            writer.WriteBinHeader(ReplicaId.SizeBytes);
            version.Version.Replica.Write(writer.GetSpan(ReplicaId.SizeBytes));
            writer.Advance(ReplicaId.SizeBytes);
            writer.Write(version.Version.Counter);
            Write(ref writer, version.Rejection);
        }
    }

    private static void WriteFields(ref MessagePackWriter writer, ReadOnlySpan<byte> fields)
    {
        if (fields.IsEmpty)
        {
            writer.WriteNil();
        }
        else
        {
            writer.Write(fields);
        }
    }
}
