using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ordo.Sync.Cli;
using Ordo.Sync.Cli.Commands;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Fuzz.Tests.Corpora;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>What the tool reads beside stores: files of keys, payloads that it shows, what a hub says.</summary>
internal static class ToolTargets
{
    public static IEnumerable<FuzzTarget> All(Sample sample)
    {
        byte[] keys = Encoding.UTF8.GetBytes($"2026-11={new string('a', 64)}\n\n2026-01 = {new string('0', 64)}\n");
        yield return new FuzzTarget(
            "tool-keys", [keys], static bytes => KeyFile.Parse("keys.txt", Encoding.UTF8.GetString(bytes).Split('\n')))
        {
            IsRefusal = static exception => exception is ToolException { ExitCode: ExitCodes.Usage },
        };
        byte[][] payloads = [.. sample.Records.SelectMany(record => record.Versions)
            .Where(version => !version.Payload.IsEmpty).Select(version => version.Payload.ToArray()).DistinctBy(Convert.ToHexString)];
        yield return new FuzzTarget("tool-payload", payloads, ShowPayload)
        {
            // It shows whatever a store may hold.
            IsRefusal = static _ => false,
            BytesPerByteMax = 4 * 1024,
        };
        yield return new FuzzTarget(
            "tool-lanes", ["""[{"scope":"course/AAA","records":7}]"""u8.ToArray(), "[]"u8.ToArray()], static bytes =>
                HubAnswer.LanesIn(Encoding.UTF8.GetString(bytes)).ToJsonString())
        {
            IsRefusal = static exception => exception is JsonException,
        };
        yield return new FuzzTarget(
            "tool-reason", ["""{"detail":"Not here.","hint":"Ask."}"""u8.ToArray()], static bytes =>
                HubAnswer.ReasonIn(Encoding.UTF8.GetString(bytes)))
        {
            IsRefusal = static _ => false,
        };
    }

    private static void ShowPayload(byte[] bytes)
    {
        JsonNode? shown = Words.Payload(bytes);
        Words.Cell(shown);
        foreach (KeyValuePair<string, JsonNode?> field in shown as JsonObject ?? [])
        {
            Words.Cell(field.Value);
        }
    }
}
