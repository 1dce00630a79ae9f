using System.Buffers;
using System.Globalization;
using System.Text.Json;
using MessagePack;
using Ordo.Sync.Replication;

namespace Ordo.Sync.Engine.Payloads;

/// <summary>
/// JSON to MessagePack and back. Integers stay integers, other numbers become doubles; binary becomes base64 text and times
/// ISO 8601 text on the way to JSON, as System.Text.Json expects them.
/// </summary>
internal static class JsonTranscoder
{
    public static ReadOnlyMemory<byte> ToMessagePack(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var output = new ArrayBufferWriter<byte>(json.Length);
        var writer = new MessagePackWriter(output);
        Write(ref writer, document.RootElement);
        writer.Flush();
        return output.WrittenMemory;
    }

    public static void ToJson(ReadOnlyMemory<byte> payload, IBufferWriter<byte> output)
    {
        var reader = new MessagePackReader(payload);
        using var writer = new Utf8JsonWriter(output);
        Write(ref reader, writer, ProtocolLimits.PayloadDepthMax);
    }

    private static void Write(ref MessagePackWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteMapHeader(element.GetPropertyCount());
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    writer.Write(property.Name);
                    Write(ref writer, property.Value);
                }

                break;
            case JsonValueKind.Array:
                writer.WriteArrayHeader(element.GetArrayLength());
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Write(ref writer, item);
                }

                break;
            case JsonValueKind.String:
                writer.Write(element.GetString());
                break;
            case JsonValueKind.Number when element.TryGetInt64(out long integer):
                writer.Write(integer);
                break;
            case JsonValueKind.Number when element.TryGetUInt64(out ulong unsigned):
                writer.Write(unsigned);
                break;
            case JsonValueKind.Number:
                writer.Write(element.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Write(element.GetBoolean());
                break;
            default:
                writer.WriteNil();
                break;
        }
    }

    private static void Write(ref MessagePackReader reader, Utf8JsonWriter writer, int depthLeft)
    {
        if (depthLeft < 0)
        {
            throw new JsonException("The payload is nested too deep.");
        }

        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Map:
                WriteMap(ref reader, writer, depthLeft);
                break;
            case MessagePackType.Array:
                writer.WriteStartArray();
                for (int left = reader.ReadArrayHeader(); left > 0; left--)
                {
                    Write(ref reader, writer, depthLeft - 1);
                }

                writer.WriteEndArray();
                break;
            case MessagePackType.String:
                writer.WriteStringValue(reader.ReadString());
                break;
            case MessagePackType.Integer when reader.NextCode == MessagePackCode.UInt64:
                writer.WriteNumberValue(reader.ReadUInt64());
                break;
            case MessagePackType.Integer:
                writer.WriteNumberValue(reader.ReadInt64());
                break;
            case MessagePackType.Float:
                writer.WriteNumberValue(reader.ReadDouble());
                break;
            case MessagePackType.Boolean:
                writer.WriteBooleanValue(reader.ReadBoolean());
                break;
            case MessagePackType.Binary:
                writer.WriteBase64StringValue((reader.ReadBytes() ?? default).ToArray());
                break;
            case MessagePackType.Extension:
                writer.WriteStringValue(reader.ReadDateTime());
                break;
            default:
                reader.Skip();
                writer.WriteNullValue();
                break;
        }
    }

    private static void WriteMap(ref MessagePackReader reader, Utf8JsonWriter writer, int depthLeft)
    {
        writer.WriteStartObject();
        for (int left = reader.ReadMapHeader(); left > 0; left--)
        {
            string name = reader.NextMessagePackType == MessagePackType.String
                ? reader.ReadString() ?? string.Empty
                : reader.ReadInt64().ToString(CultureInfo.InvariantCulture);
            writer.WritePropertyName(name);
            Write(ref reader, writer, depthLeft - 1);
        }

        writer.WriteEndObject();
    }
}
