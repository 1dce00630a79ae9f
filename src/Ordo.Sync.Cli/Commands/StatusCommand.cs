using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;
using Spectre.Console;

namespace Ordo.Sync.Cli.Commands;

/// <summary>What a store holds, what waits for the hub, what waits for a person.</summary>
internal static class StatusCommand
{
    private const int CountedMax = 10_000;

    public static Command Create()
    {
        var arguments = new StoreArguments();
        Command command = arguments.AddTo(new Command(
            "status",
            """
            Says what a store holds: its scopes and records, what waits for the hub, what waits for a person.

            Example: ordo-sync status campus.db --json
            """));
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            await using OpenStore store = await arguments.OpenAsync(parsed, writes: false, cancellationToken);
            return await RunAsync(store, new Screen(parsed.GetValue(arguments.Json)), cancellationToken);
        }));
        return command;
    }

    private static async Task<int> RunAsync(OpenStore store, Screen screen, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.Store.ReadAsync(cancellationToken);
        JournalStatus journal = await snapshot.GetJournalStatusAsync(scope: null, cancellationToken);
        var scopes = new JsonArray();
        foreach (string scope in await snapshot.ListScopesAsync(cancellationToken))
        {
            scopes.Add(await DescribeAsync(snapshot, scope, cancellationToken));
        }

        bool isHeld = IsHeld(store.Store.Name);
        var result = new JsonObject
        {
            ["store"] = store.Store.Name,
            ["replica"] = snapshot.Replica.ToString(),
            ["bytes"] = new FileInfo(store.Store.Name).Length,
            ["isOpenInAnApp"] = isHeld,
            ["pending"] = journal.PendingCount,
            ["pendingBytes"] = journal.PendingBytes,
            ["oldestPending"] = journal.Oldest is { } oldest ? Words.Time(oldest) : null,
            ["scopes"] = scopes,
            ["collections"] = new JsonArray([.. store.Catalog.Descriptors.Values
                .Where(collection => !SystemCollections.Contains(collection.Name))
                .OrderBy(collection => collection.Name, StringComparer.Ordinal)
                .Select(collection => (JsonNode)new JsonObject
                {
                    ["name"] = collection.Name,
                    ["strategy"] = collection.Strategy.ToString(),
                    ["isEphemeral"] = collection.IsEphemeral,
                })]),
        };
        screen.Write(result, console => Show(console, result));
        return ExitCodes.Ok;
    }

    private static async Task<JsonObject> DescribeAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken);
        JournalStatus journal = await snapshot.GetJournalStatusAsync(scope, cancellationToken);
        IReadOnlyList<RecordKey> waiting = await ConflictIndex
            .ListAsync(snapshot, scope, after: null, CountedMax, cancellationToken);
        IReadOnlyList<RejectedWrite> refused = await RejectedWrites
            .ListAsync(snapshot, scope, after: null, CountedMax, cancellationToken);
        return new JsonObject
        {
            ["scope"] = scope,
            ["records"] = state.LiveCount,
            ["pending"] = journal.PendingCount,
            ["conflicts"] = waiting.Count,
            ["refused"] = refused.Count,
            ["isComplete"] = state.Exceptions.IsEmpty,
            ["digest"] = Words.Hex(state.Digest),
        };
    }

    private static void Show(IAnsiConsole console, JsonObject result)
    {
        Screen.Say(console, $"Store    {result["store"]} ({Megabytes(result["bytes"]!)} MB)");
        Screen.Say(console, $"Replica  {result["replica"]}");
        Screen.Say(console, (bool)result["isOpenInAnApp"]! ? "An app has it open." : "No app has it open.");
        Screen.Say(console, (long)result["pending"]! == 0
            ? "Nothing waits for the hub."
            : $"{result["pending"]} writes wait for the hub, the oldest since {result["oldestPending"]}.");
        Table scopes = Screen.Table("Scope", "Records", "Pending", "Conflicts", "Refused", "State", "Digest");
        foreach (JsonNode? scope in result["scopes"]!.AsArray())
        {
            Screen.Add(
                scopes,
                scope!["scope"],
                scope["records"],
                scope["pending"],
                scope["conflicts"],
                scope["refused"],
                (bool)scope["isComplete"]! ? "whole" : "still being received",
                scope["digest"]);
        }

        console.Write(scopes);
        Table collections = Screen.Table("Collection", "Strategy", "Store");
        foreach (JsonNode? collection in result["collections"]!.AsArray())
        {
            Screen.Add(
                collections,
                collection!["name"],
                collection["strategy"],
                (bool)collection["isEphemeral"]! ? "ephemeral" : "structured");
        }

        console.Write(collections);
    }

    private static string Megabytes(JsonNode bytes) => ((long)bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);

    // The lock is the system's, on the file beside the store; looking at it takes it for a moment at most.
    private static bool IsHeld(string store)
    {
        string file = store + ".lock";
        if (!File.Exists(file))
        {
            return false;
        }

        try
        {
            using var held = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
