using System.Text.Json;
using System.Text.Json.Nodes;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Cli.Commands;

/// <summary>What a hub, or whatever stands in front of it, answers to a command.</summary>
internal static class HubAnswer
{
    /// <summary>The most bytes of an answer that are taken.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    // Not the hub itself: a proxy, or the sign-in in front of it.
    private const string NoReason = "no reason given.";

    /// <summary>What was done, lane by lane.</summary>
    /// <exception cref="JsonException">It is no answer of a hub.</exception>
    public static JsonArray LanesIn(string body) => StrictJson.Parse(body) as JsonArray
        ?? throw new JsonException("what answered does not say what it did. Check the address of the hub.");

    /// <summary>Why a hub refused, as far as it says.</summary>
    public static string ReasonIn(string body)
    {
        try
        {
            return StrictJson.Parse(body) is JsonObject problem
                ? $"{problem["detail"]} {problem[HttpBinding.HintMember]}".Trim()
                : NoReason;
        }
        catch (JsonException)
        {
            return NoReason;
        }
    }
}
