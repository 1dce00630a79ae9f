using System.Globalization;
using System.Text.Json.Nodes;
using MessagePack;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Cli.Output;

/// <summary>Values in the form that people and scripts read.</summary>
internal static class Words
{
    // A name that comes twice would be an exception of whoever looks it up.
    private static readonly System.Text.Json.JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

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
            return JsonNode.Parse(MessagePackSerializer.ConvertToJson(payload), documentOptions: Strict);
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
