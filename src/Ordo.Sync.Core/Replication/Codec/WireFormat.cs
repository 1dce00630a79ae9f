using System.Buffers;
using System.Buffers.Binary;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Replication.Codec;

/// <summary>
/// What all messages share: each is a MessagePack array led by its kind. Fields stand in fixed places; a reader passes over
/// elements it does not know at the end, so a newer peer can add some.
/// </summary>
internal static class WireFormat
{
    /// <summary>Runs a decoder over untrusted bytes; whatever is wrong with them becomes one clear error.</summary>
    public static T Decode<T>(ReadOnlyMemory<byte> bytes, string what, Func<ReadOnlyMemory<byte>, T> decode)
    {
        if (bytes.Length > ProtocolLimits.MessageBytesMax)
        {
            throw new SyncException(
                SyncErrorCode.TooLarge,
                $"A {what} of {bytes.Length} bytes exceeds the limit of {ProtocolLimits.MessageBytesMax}.");
        }

        try
        {
            return decode(bytes);
        }
        catch (Exception exception) when (exception
            is MessagePackSerializationException or EndOfStreamException or ArgumentException or OverflowException)
        {
            throw Malformed(what, exception.Message, exception);
        }
    }

    /// <summary>The error of a message that does not follow the protocol.</summary>
    public static SyncException Malformed(string what, string why, Exception? cause = null) =>
        new(SyncErrorCode.Malformed, $"A {what} does not follow the protocol: {why}", innerException: cause);

    /// <summary>Reads the head of a message: an array of at least so many elements, led by its kind.</summary>
    public static int ReadHead(ref MessagePackReader reader, MessageKind kind, int elementsMin)
    {
        int count = reader.ReadArrayHeader();
        if (count < elementsMin + 1)
        {
            throw new MessagePackSerializationException($"{count} elements, at least {elementsMin + 1} expected.");
        }

        int found = reader.ReadInt32();
        return found == (int)kind
            ? count - 1
            : throw new MessagePackSerializationException($"message kind {found}, expected {(int)kind} ({kind}).");
    }

    /// <summary>Passes over elements a newer peer added, and insists that nothing follows the message.</summary>
    public static void ReadTail(ref MessagePackReader reader, int elementsLeft)
    {
        for (int i = 0; i < elementsLeft; i++)
        {
            reader.Skip();
        }

        if (!reader.End)
        {
            throw new MessagePackSerializationException("bytes follow the message.");
        }
    }

    /// <summary>Reads an array header whose count a limit bounds.</summary>
    public static int ReadCount(ref MessagePackReader reader, int countMax, string what)
    {
        int count = reader.ReadArrayHeader();
        return count <= countMax
            ? count
            : throw new MessagePackSerializationException($"{count} {what}; {countMax} are the most.");
    }

    /// <summary>Reads bytes without copying them: they stay part of the message.</summary>
    public static ReadOnlyMemory<byte> ReadBytes(ref MessagePackReader reader, ReadOnlyMemory<byte> message)
    {
        if (reader.TryReadNil())
        {
            return default;
        }

        ReadOnlySequence<byte> bytes = reader.ReadBytes() ?? default;
        int end = (int)reader.Consumed;
        return message.Slice(end - (int)bytes.Length, (int)bytes.Length);
    }

    public static void WriteBytesOrNil(ref MessagePackWriter writer, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            writer.WriteNil();
        }
        else
        {
            writer.Write(bytes);
        }
    }

    public static void Write(ref MessagePackWriter writer, ReplicaId replica)
    {
        Span<byte> bytes = stackalloc byte[ReplicaId.SizeBytes];
        replica.Write(bytes);
        writer.Write(bytes);
    }

    public static ReplicaId ReadReplica(ref MessagePackReader reader) => new(ReadUInt128(ref reader));

    public static void Write(ref MessagePackWriter writer, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        writer.Write(bytes);
    }

    /// <summary>Writes the generation of a message, its last element; in the first generation there is none.</summary>
    public static void WriteGeneration(ref MessagePackWriter writer, ReplicaId generation)
    {
        if (!generation.IsEmpty)
        {
            Write(ref writer, generation);
        }
    }

    /// <summary>Reads the generation of a message, where it has that element, and what a newer peer added behind it.</summary>
    public static ReplicaId ReadGenerationAndTail(ref MessagePackReader reader, int elementsLeft)
    {
        ReplicaId generation = elementsLeft > 0 ? ReadReplica(ref reader) : default;
        ReadTail(ref reader, Math.Max(elementsLeft - 1, 0));
        return generation;
    }

    public static UInt128 ReadUInt128(ref MessagePackReader reader)
    {
        ReadOnlySequence<byte> bytes = reader.ReadBytes() ?? default;
        if (bytes.Length != 16)
        {
            throw new MessagePackSerializationException($"{bytes.Length} bytes where 16 are expected.");
        }

        Span<byte> copy = stackalloc byte[16];
        bytes.CopyTo(copy);
        return BinaryPrimitives.ReadUInt128BigEndian(copy);
    }

    /// <summary>Writes a vector as [id, counter, id, counter, …], or nil.</summary>
    public static void Write(ref MessagePackWriter writer, GlobalVector? vector)
    {
        if (vector is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(vector.Entries.Length * 2);
        foreach (GlobalDot dot in vector.Entries)
        {
            Write(ref writer, dot.Replica);
            writer.Write(dot.Counter);
        }
    }

    public static GlobalVector? ReadVectorOrNil(ref MessagePackReader reader) =>
        reader.TryReadNil() ? null : ReadVector(ref reader);

    public static GlobalVector ReadVector(ref MessagePackReader reader)
    {
        int count = ReadCount(ref reader, ProtocolLimits.ReplicasMax * 2, "vector elements");
        if (count % 2 != 0)
        {
            throw new MessagePackSerializationException("a vector has an odd number of elements.");
        }

        var dots = new GlobalDot[count / 2];
        for (int i = 0; i < dots.Length; i++)
        {
            dots[i] = new GlobalDot(ReadReplica(ref reader), reader.ReadInt64());
        }

        return GlobalVector.Of(dots);
    }
}
