using System.CommandLine;
using System.Text.Json.Nodes;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Spectre.Console;

namespace Ordo.Sync.Cli.Commands;

/// <summary>Every version of a record that the store has.</summary>
internal static class HistoryCommand
{
    public static Command Create()
    {
        var arguments = new StoreArguments();
        var record = new Argument<string>("record") { Description = "The record: COLLECTION/KEY." };
        var scope = new Option<string?>("--scope") { Description = "Its scope; by default every scope is looked at." };
        Command command = arguments.AddTo(new Command(
            "history",
            """
            Shows every version of a record: who wrote it, when, what it held, which decisions were made. Collections with an audit
            history (academic record, manual intervention) have all their versions; of others what stands now.

            Example: ordo-sync history campus.db grades/11391/1752 --scope course/AAA-2013J
            """)
        {
            record, scope,
        });
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            RecordName name = RecordName.Parse(parsed.GetRequiredValue(record));
            await using OpenStore store = await arguments.OpenAsync(parsed, writes: false, cancellationToken);
            JsonObject result = await ReadAsync(store, name, parsed.GetValue(scope), cancellationToken);
            new Screen(parsed.GetValue(arguments.Json)).Write(result, console => Show(console, result));
            return ((JsonArray)result["problems"]!).Count == 0 ? ExitCodes.Ok : ExitCodes.Findings;
        }));
        return command;
    }

    private static async Task<JsonObject> ReadAsync(
        OpenStore store, RecordName name, string? scope, CancellationToken cancellationToken)
    {
        var versions = new JsonArray();
        var problems = new JsonArray();
        int collected = 0;
        var key = new RecordKey(name.Collection, name.Key);
        IReadOnlyList<string> scopes = await store.ScopesAsync(scope, cancellationToken);
        await using IStoreSnapshot snapshot = await store.Store.ReadAsync(cancellationToken);
        StrategyBehavior behavior = store.Catalog.BehaviorOf(name.Collection);
        foreach (string candidate in scopes)
        {
            StoredRecord? record = await snapshot.GetAsync(candidate, key, cancellationToken);
            List<LineageNode> nodes = await HistoryReader
                .ReadNodesAsync(snapshot, candidate, key, record, behavior, cancellationToken);
            foreach (LineageNode node in RecordLineage.Sort(nodes))
            {
                versions.Add(Describe(candidate, node));
            }

            if (behavior.RequiresDecision)
            {
                HistoryCheckpoint? checkpoint = await HistoryReader
                    .ReadCheckpointAsync(snapshot, candidate, key, cancellationToken);
                collected += checkpoint?.Count ?? 0;
                foreach (string problem in RecordLineage.FindProblems(nodes, checkpoint))
                {
                    problems.Add(problem);
                }
            }
        }

        return versions.Count > 0
            ? new JsonObject
            {
                ["record"] = name.ToString(),
                ["collected"] = collected,
                ["versions"] = versions,
                ["problems"] = problems,
            }
            : throw new ToolException(ExitCodes.NotFound, $"The store holds no version of {name}.");
    }

    private static JsonObject Describe(string scope, LineageNode node)
    {
        VersionNotes notes = VersionNotes.Decode(node.Content.Annotations);
        return new JsonObject
        {
            ["scope"] = scope,
            ["version"] = node.Content.Version.ToString(),
            ["time"] = Words.Time(node.Content.Timestamp),
            ["author"] = node.Content.Author,
            ["isCurrent"] = node.IsCurrent,
            ["isDeleted"] = node.Content.Payload.IsEmpty,
            ["decision"] = notes.Decision?.Reason,
            ["payload"] = Words.Payload(node.Content.Payload),
        };
    }

    private static void Show(IAnsiConsole console, JsonObject result)
    {
        Table table = Screen.Table("Written", "Author", "State", "Decision", "Content");
        foreach (JsonNode? version in result["versions"]!.AsArray())
        {
            Screen.Add(
                table,
                version!["time"],
                version["author"],
                (bool)version["isCurrent"]! ? "current" : "superseded",
                version["decision"],
                (bool)version["isDeleted"]! ? "(deleted)" : Words.Cell(version["payload"]));
        }

        console.Write(table);
        if ((int)result["collected"]! is var collected and > 0)
        {
            Screen.Say(console, $"{collected} older versions were collected at the hub.");
        }

        foreach (JsonNode? problem in result["problems"]!.AsArray())
        {
            Screen.Say(console, $"Problem: {problem}");
        }
    }
}
