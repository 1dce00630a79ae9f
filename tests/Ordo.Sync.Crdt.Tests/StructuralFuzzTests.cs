using System.Buffers;
using System.Globalization;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>
/// Encodings that are well formed on the outside and wrong inside: values, lengths and columns of real documents changed one by
/// one. Each is refused, or read as a document that can be used; none takes memory out of proportion.
/// </summary>
/// <remarks>
/// A long run: ORDO_FUZZ_RUNS=100000 (how many), ORDO_FUZZ_SEED=1 (the first seed). A failure names its seed; that seed with
/// ORDO_FUZZ_RUNS=1 plays it again.
/// </remarks>
public sealed class StructuralFuzzTests
{
    private const long BytesFixedMax = 1024 * 1024;
    private const long BytesPerByteMax = 8 * 1024;
    private static readonly ulong[] Tempting = [0, 1, 2, 3, 127, 128, 255, 65_535, int.MaxValue, uint.MaxValue, 1UL << 44, long.MaxValue];

    [Fact]
    public void Changed_structures_are_refused_or_read_as_something_whole()
    {
        int runs = Read("ORDO_FUZZ_RUNS", 1500);
        int first = Read("ORDO_FUZZ_SEED", 1);
        for (int seed = first; seed < first + runs; seed++)
        {
            try
            {
                Play(new Draw((ulong)seed), isDelta: seed % 3 == 0);
            }
            catch (Exception exception) when (exception is not CrdtFormatException)
            {
                throw new InvalidOperationException(
                    $"Seed {seed} fails: ORDO_FUZZ_RUNS=1 ORDO_FUZZ_SEED={seed} plays it again.", exception);
            }
        }
    }

    private static void Play(Draw draw, bool isDelta)
    {
        // A history of a hundred edits, then a few changes of one encoding of it.
        Replica[] replicas = Commands.Run([.. Enumerable.Range(0, 100).Select(_ => (uint)draw.Next(int.MaxValue))]).Replicas;
        byte[] bytes = isDelta
            ? replicas[0].DeltaSince(new TestVector()).Bytes
            : replicas[0].Document.Encode(compress: draw.Next(2) == 0);
        for (int i = 0; i < 20; i++)
        {
            byte[] changed = Change(bytes, ref draw);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                CrdtDocument document = isDelta ? new CrdtDocument() : CrdtDocument.Decode(changed);
                if (isDelta)
                {
                    document.Apply(CausalView.Empty, changed, replicas[0].Known);
                }

                Use(document);
            }
            catch (CrdtFormatException)
            {
                // Refused, as it should be.
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < BytesFixedMax + (BytesPerByteMax * changed.Length), $"{allocated} of {changed.Length}");
        }
    }

    private static void Use(CrdtDocument document)
    {
        document.Text("text").Insert(new DotSource(new ReplicaId(77)), 0, "x");
        CrdtDocument again = CrdtDocument.Decode(document.Encode());
        Assert.Equal(document.EncodeCanonical(), again.EncodeCanonical());
        Assert.Equal(document.Text("text").ToString(), again.Text("text").ToString());
    }

    // Copies a MessagePack value, and changes what it holds here and there.
    private static byte[] Change(byte[] bytes, ref Draw draw)
    {
        var output = new ArrayBufferWriter<byte>(bytes.Length + 64);
        var writer = new MessagePackWriter(output);
        var reader = new MessagePackReader(bytes);

        // The version and the form stay, or nothing behind them would ever be read.
        int parts = reader.ReadArrayHeader();
        writer.WriteArrayHeader(parts);
        writer.Write(reader.ReadInt32());
        writer.Write(reader.ReadInt32());
        for (int i = 2; i < parts; i++)
        {
            Copy(ref reader, ref writer, ref draw);
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void Copy(ref MessagePackReader reader, ref MessagePackWriter writer, ref Draw draw)
    {
        bool changes = draw.Next(12) == 0;
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Array:
                int count = reader.ReadArrayHeader();
                writer.WriteArrayHeader(changes && draw.Next(3) == 0 ? count + 1 : count);
                for (int i = 0; i < count; i++)
                {
                    Copy(ref reader, ref writer, ref draw);
                }

                break;
            case MessagePackType.Integer when changes:
                reader.ReadInt64();
                writer.Write((long)(Tempting[draw.Next(Tempting.Length)] & long.MaxValue));
                break;
            case MessagePackType.Binary:
                byte[] inner = reader.ReadBytes()!.Value.ToArray();
                writer.Write(changes || draw.Next(3) == 0 ? ChangeInside(inner, ref draw) : inner);
                break;
            case MessagePackType.Nil when changes:
                reader.ReadNil();
                writer.Write(draw.Next(9));
                break;
            default:
                writer.WriteRaw(reader.ReadRaw());
                break;
        }
    }

    // Columns are varints: one is replaced by a tempting one, a part is dropped, said twice or moved.
    private static byte[] ChangeInside(byte[] bytes, ref Draw draw)
    {
        if (bytes.Length == 0)
        {
            return [(byte)draw.Next(256)];
        }

        int at = draw.Next(bytes.Length);
        int length = 1 + draw.Next(Math.Min(16, bytes.Length - at));
        return draw.Next(5) switch
        {
            0 => [.. bytes[..at], .. Varint(Tempting[draw.Next(Tempting.Length)]), .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], .. bytes[(at + length)..]],
            2 => [.. bytes[..(at + length)], .. bytes[at..]],
            3 => [.. bytes[(at + length)..], .. bytes[..(at + length)]],
            _ => [.. bytes[..at], (byte)(bytes[at] ^ (1 << draw.Next(8))), .. bytes[(at + 1)..]],
        };
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static int Read(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
