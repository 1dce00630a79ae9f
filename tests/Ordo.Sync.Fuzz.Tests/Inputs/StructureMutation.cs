using System.Buffers;
using MessagePack;

namespace Ordo.Sync.Fuzz.Tests.Inputs;

/// <summary>
/// Changes MessagePack values here and there and leaves their form whole, so that what is wrong is met deep inside of a decoder.
/// Bytes within the value that are MessagePack themselves are changed the same way.
/// </summary>
internal sealed class StructureMutation(Draw draw)
{
    private const int DepthMax = 32;
    private const int ElementsMax = 64;

    /// <summary>A changed copy; <see langword="null"/> where the bytes are no MessagePack value.</summary>
    public byte[]? TryChange(ReadOnlyMemory<byte> bytes, int depth = 0)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }

        var output = new ArrayBufferWriter<byte>(bytes.Length + 64);
        var writer = new MessagePackWriter(output);
        var reader = new MessagePackReader(bytes);
        try
        {
            Copy(ref reader, ref writer, depth);
            writer.Flush();
            return reader.End ? output.WrittenSpan.ToArray() : [.. output.WrittenSpan, .. bytes.Span[(int)reader.Consumed..]];
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            return null;
        }
    }

    private void Copy(ref MessagePackReader reader, ref MessagePackWriter writer, int depth)
    {
        bool changes = draw.OneIn(16);
        if (changes && draw.OneIn(3))
        {
            WriteOther(ref writer);
            reader.Skip();
            return;
        }

        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Array when depth < DepthMax:
                CopyArray(ref reader, ref writer, changes, depth);
                break;
            case MessagePackType.Map when depth < DepthMax:
                int pairs = reader.ReadMapHeader();
                writer.WriteMapHeader(pairs);
                for (int i = 0; i < pairs * 2; i++)
                {
                    Copy(ref reader, ref writer, depth + 1);
                }

                break;
            case MessagePackType.Integer when changes:
                reader.Skip();
                WriteNumber(ref writer);
                break;
            case MessagePackType.Binary when changes || draw.OneIn(3):
                byte[] inner = reader.ReadBytes()!.Value.ToArray();
                byte[]? structured = draw.OneIn(4) ? null : TryChange(inner, depth + 1);
                writer.Write(structured ?? (changes ? ByteMutation.Change(inner, inner, draw) : inner));
                break;
            case MessagePackType.String when changes:
                writer.WriteString(ByteMutation.Change(reader.ReadStringSequence()!.Value.ToArray(), [0xff, 0, 0xed], draw));
                break;
            default:
                writer.WriteRaw(reader.ReadRaw());
                break;
        }
    }

    // Elements are left out, said twice, or one is said more than there are.
    private void CopyArray(ref MessagePackReader reader, ref MessagePackWriter writer, bool changes, int depth)
    {
        int count = reader.ReadArrayHeader();
        int skipped = changes && count > 0 && draw.OneIn(3) ? draw.Next(count) : -1;
        int doubled = changes && count is > 0 and < ElementsMax && skipped < 0 && draw.OneIn(2) ? draw.Next(count) : -1;
        int claimed = count + (skipped >= 0 ? -1 : 0) + (doubled >= 0 ? 1 : 0);
        writer.WriteArrayHeader(changes && draw.OneIn(4) ? claimed + 1 : claimed);
        for (int i = 0; i < count; i++)
        {
            if (i == skipped)
            {
                reader.Skip();
                continue;
            }

            if (i == doubled)
            {
                MessagePackReader again = reader.CreatePeekReader();
                writer.WriteRaw(again.ReadRaw());
            }

            Copy(ref reader, ref writer, depth + 1);
        }
    }

    private void WriteNumber(ref MessagePackWriter writer)
    {
        ulong number = Tempting.Number(draw);
        if (draw.OneIn(3))
        {
            writer.Write(unchecked(-(long)number));
        }
        else
        {
            writer.Write(number);
        }
    }

    private void WriteOther(ref MessagePackWriter writer)
    {
        switch (draw.Next(7))
        {
            case 0:
                writer.WriteNil();
                break;
            case 1:
                writer.Write(draw.OneIn(2));
                break;
            case 2:
                writer.Write(draw.OneIn(2) ? double.NaN : double.MaxValue);
                break;
            case 3:
                writer.Write(new string('x', draw.Next(600)));
                break;
            case 4:
                writer.Write(new byte[draw.Next(40)]);
                break;
            case 5:
                writer.WriteArrayHeader(0);
                break;
            default:
                WriteNumber(ref writer);
                break;
        }
    }
}
