using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MessagePack;
using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Resolvers;

/// <summary>Writes what a resolver was given and what came of it, for people.</summary>
internal static class CounterExample
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(IEnumerable<RecordVersion> siblings, params ReadOnlySpan<(string Name, JsonNode? What)> results)
    {
        var json = new JsonObject { ["siblings"] = SiblingsOf(siblings) };
        foreach ((string name, JsonNode? what) in results)
        {
            json[name] = what;
        }

        return json.ToJsonString(Indented);
    }

    public static JsonArray SiblingsOf(IEnumerable<RecordVersion> siblings) => [.. siblings.Select(sibling => (JsonNode)new JsonObject
    {
        ["time"] = sibling.Timestamp.Time.ToString("O", CultureInfo.InvariantCulture),
        ["author"] = sibling.Author,
        ["value"] = Show(sibling.Payload),
    })];

    /// <summary>A payload as JSON; "(deleted)" where it is empty, its bytes where it is no MessagePack.</summary>
    public static JsonNode? Show(ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return JsonValue.Create("(deleted)");
        }

        try
        {
            return JsonNode.Parse(MessagePackSerializer.ConvertToJson(payload));
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or JsonException)
        {
            return JsonValue.Create($"(no MessagePack: {Convert.ToHexString(payload.Span)})");
        }
    }
}
