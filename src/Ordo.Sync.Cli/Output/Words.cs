using System.Globalization;
using System.Text.Json.Nodes;
using MessagePack;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Cli.Output;

/// <summary>Values in the form that people and scripts read.</summary>
internal static class Words
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    /// <summary>A timestamp in UTC.</summary>
    public static string Time(HybridTimestamp timestamp) => Epoch
        .AddMilliseconds(timestamp.UnixMilliseconds).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A 128-bit number in hex.</summary>
    public static string Hex(UInt128 value) => value.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>A payload as JSON; <see langword="null"/> for a delete.</summary>
    public static JsonNode? Payload(ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return null;
        }

        try
        {
            return StrictJson.Parse(MessagePackSerializer.ConvertToJson(payload));
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or System.Text.Json.JsonException)
        {
            return JsonValue.Create($"(not readable: {exception.Message})");
        }
    }

    /// <summary>A value in a cell.</summary>
    public static string Cell(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue text when text.TryGetValue(out string? said) => said,
        _ => value.ToJsonString(),
    };
}
