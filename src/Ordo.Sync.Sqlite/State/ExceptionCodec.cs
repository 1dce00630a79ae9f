using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.State;

/// <summary>
/// The stored form of exceptions: an array of [after, up to, dots], a key being [collection, key] or nil.
/// </summary>
internal static class ExceptionCodec
{
    public static byte[] Encode(ImmutableArray<KnowledgeException> exceptions)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(exceptions.Length);
        foreach (KnowledgeException exception in exceptions)
        {
            writer.WriteArrayHeader(3);
            WriteKey(ref writer, exception.Range.After);
            WriteKey(ref writer, exception.Range.UpTo);
            writer.WriteArrayHeader(exception.Knowledge.Count);
            foreach (Dot dot in exception.Knowledge.Entries)
            {
                writer.Write(dot.Value);
            }
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="Errors.SyncException">The bytes are damaged.</exception>
    public static ImmutableArray<KnowledgeException> Decode(string store, byte[] bytes)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            int count = reader.ReadArrayHeader();
            ImmutableArray<KnowledgeException>.Builder exceptions = ImmutableArray.CreateBuilder<KnowledgeException>();
            for (int i = 0; i < count; i++)
            {
                if (reader.ReadArrayHeader() != 3)
                {
                    throw new MessagePackSerializationException("An exception has three parts.");
                }

                RecordKey? after = ReadKey(ref reader);
                RecordKey? upTo = ReadKey(ref reader);
                exceptions.Add(new KnowledgeException(new KeyRange(after, upTo), ReadVector(ref reader)));
            }

            return exceptions.ToImmutable();
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException
            or ArgumentException or OverflowException)
        {
            throw Failures.Corrupt(store, "the exceptions to a scope's knowledge cannot be read", exception);
        }
    }

    private static void WriteKey(ref MessagePackWriter writer, RecordKey? key)
    {
        if (key is not { } present)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(2);
        writer.Write(present.Collection);
        writer.Write(present.Key);
    }

    private static RecordKey? ReadKey(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        return reader.ReadArrayHeader() == 2
            ? new RecordKey(reader.ReadString() ?? string.Empty, reader.ReadString() ?? string.Empty)
            : throw new MessagePackSerializationException("A key has two parts.");
    }

    private static VersionVector ReadVector(ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        var dots = new List<Dot>();
        for (int i = 0; i < count; i++)
        {
            dots.Add(Dot.FromValue(reader.ReadInt64()));
        }

        return VersionVector.Of([.. dots]);
    }
}
