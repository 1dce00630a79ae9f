using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Encoding;

namespace Ordo.Sync.Crdt;

// The frame around the root map: version, form, replica table.
public sealed partial class CrdtDocument
{
    private const int FormatVersion = 1;
    private const int FormState = 0;
    private const int FormDelta = 1;

    /// <summary>Documents are encoded at every write, and most are small: a buffer is kept as long as it is of this size.</summary>
    internal const int BufferBytesMax = 16 * 1024;

    [ThreadStatic]
    private static HashSet<ReplicaId>? _replicas;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>Whether the bytes of a document are a delta; <see langword="false"/> where they are anything else.</summary>
    internal static bool IsDelta(ReadOnlyMemory<byte> bytes)
    {
        // [version, form, …]: three one-byte items, as the encoder writes them.
        ReadOnlySpan<byte> head = bytes.Span;
        return head.Length > 2 && head[2] == FormDelta;
    }

    /// <summary>Writes what stands before the root map.</summary>
    internal static void WriteHead(
        ref MessagePackWriter writer, scoped ReadOnlySpan<ReplicaId> table, int form = FormState)
    {
        writer.WriteArrayHeader(4);
        writer.Write(FormatVersion);
        writer.Write(form);
        writer.WriteBinHeader(table.Length * ReplicaId.SizeBytes);
        foreach (ReplicaId replica in table)
        {
            replica.Write(writer.GetSpan(ReplicaId.SizeBytes));
            writer.Advance(ReplicaId.SizeBytes);
        }
    }

    private byte[] Write(int form, ICausalView? since, bool removals, bool compress, int roomBytes = 0)
    {
        HashSet<ReplicaId> replicas = _replicas ??= [];
        replicas.Clear();
        _root.CollectReplicas(replicas, removals);
        var encoder = new CrdtEncoder(replicas) { Since = since, Removals = removals, Compress = compress };
        ArrayBufferWriter<byte> buffer = _buffer ?? new ArrayBufferWriter<byte>();
        buffer.ResetWrittenCount();
        if (roomBytes > 0)
        {
            buffer.GetSpan(roomBytes)[..roomBytes].Clear();
            buffer.Advance(roomBytes);
        }

        var writer = new MessagePackWriter(buffer);
        WriteHead(ref writer, encoder.Table, form);
        _root.Write(ref writer, encoder);
        writer.Flush();
        byte[] bytes = buffer.WrittenSpan.ToArray();
        _buffer = buffer.Capacity <= BufferBytesMax ? buffer : null;
        return bytes;
    }

    private static Map Read(ReadOnlyMemory<byte> bytes, CrdtLimits limits, int form)
    {
        if (bytes.Length > limits.BytesMax)
        {
            throw new CrdtFormatException($"A document has {bytes.Length} bytes; the limit is {limits.BytesMax}.");
        }

        try
        {
            var reader = new MessagePackReader(bytes);
            int parts = reader.ReadArrayHeader();
            int version = parts > 0 ? reader.ReadInt32() : 0;
            if (version != FormatVersion || parts != 4)
            {
                throw new CrdtFormatException(
                    $"A document is of version {version} with {parts} parts; this library reads version {FormatVersion}.");
            }

            int found = reader.ReadInt32();
            if (found != form)
            {
                throw new CrdtFormatException($"A document is of form {found} where {form} is expected (0: state, 1: delta).");
            }

            var decoder = new CrdtDecoder(ReadTable(ref reader, limits), limits, form == FormDelta);
            Map root = Crdt.Map.Read(ref reader, decoder);
            return reader.End ? root : throw new CrdtFormatException("Bytes follow the end of a document.");
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException
            or OverflowException or ArgumentException)
        {
            throw new CrdtFormatException($"A conflict-free document is malformed: {exception.Message}", exception);
        }
    }

    private static ReplicaId[] ReadTable(ref MessagePackReader reader, CrdtLimits limits)
    {
        ReadOnlySequence<byte> bytes = reader.ReadBytes() ?? default;
        if (bytes.Length % ReplicaId.SizeBytes != 0 || bytes.Length / ReplicaId.SizeBytes > limits.ReplicasMax)
        {
            throw new CrdtFormatException($"A replica table has {bytes.Length} bytes; the limit is {limits.ReplicasMax} ids.");
        }

        byte[] flat = bytes.ToArray();
        var table = new ReplicaId[flat.Length / ReplicaId.SizeBytes];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = ReplicaId.Read(flat.AsSpan(i * ReplicaId.SizeBytes));
            if (i > 0 && table[i] <= table[i - 1])
            {
                throw new CrdtFormatException("The ids of a replica table are not in order.");
            }
        }

        return table;
    }
}
