using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ordo.Sync.Cli.Output;

/// <summary>JSON that others wrote. A name that comes twice in one object is refused: it would be an exception of whoever looks it up.</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>Reads it.</summary>
    /// <exception cref="JsonException">It is no JSON, or names something twice.</exception>
    public static JsonNode? Parse(string json) => JsonNode.Parse(json, documentOptions: Options);
}
