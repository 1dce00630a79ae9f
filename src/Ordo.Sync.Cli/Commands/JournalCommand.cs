using System.CommandLine;
using System.Text.Json.Nodes;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Journal;
using Ordo.Sync.Storage;
using Spectre.Console;

namespace Ordo.Sync.Cli.Commands;

/// <summary>The operations that wait for the hub's acknowledgement.</summary>
internal static class JournalCommand
{
    private const int PageSize = 500;

    public static Command Create()
    {
        var arguments = new StoreArguments();
        var scope = new Option<string?>("--scope") { Description = "Only entries of this scope." };
        var limit = new Option<int>("--limit") { Description = "The most entries to list.", DefaultValueFactory = _ => 100 };
        Command command = arguments.AddTo(new Command(
            "journal",
            """
            Lists the operations that the hub has not acknowledged yet, the oldest first.

            Example: ordo-sync journal campus.db --scope course/AAA-2013J --limit 20
            """)
        {
            scope, limit,
        });
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            int countMax = parsed.GetValue(limit);
            if (countMax < 1)
            {
                throw new ToolException(ExitCodes.Usage, "--limit must be at least 1.");
            }

            await using OpenStore store = await arguments.OpenAsync(parsed, writes: false, cancellationToken);
            JsonObject result = await ReadAsync(store, parsed.GetValue(scope), countMax, cancellationToken);
            new Screen(parsed.GetValue(arguments.Json)).Write(result, console => Show(console, result));
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static async Task<JsonObject> ReadAsync(
        OpenStore store, string? scope, int countMax, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.Store.ReadAsync(cancellationToken);
        JournalStatus status = await snapshot.GetJournalStatusAsync(scope, cancellationToken);
        var entries = new JsonArray();
        long after = 0;
        IReadOnlyList<JournalEntry> page;
        do
        {
            page = await snapshot.ReadJournalAsync(after, PageSize, cancellationToken);
            foreach (JournalEntry entry in page)
            {
                after = entry.Sequence;
                if ((scope is null || string.Equals(scope, entry.Scope, StringComparison.Ordinal)) && entries.Count < countMax)
                {
                    entries.Add(new JsonObject
                    {
                        ["sequence"] = entry.Sequence,
                        ["scope"] = entry.Scope,
                        ["record"] = entry.Key.ToString(),
                        ["operation"] = entry.Kind.ToString(),
                        ["version"] = snapshot.Replicas.Globalize(entry.Dot).ToString(),
                        ["time"] = Words.Time(entry.Timestamp),
                    });
                }
            }
        }
        while (page.Count == PageSize && entries.Count < countMax);

        return new JsonObject { ["pending"] = status.PendingCount, ["entries"] = entries };
    }

    private static void Show(IAnsiConsole console, JsonObject result)
    {
        JsonArray entries = result["entries"]!.AsArray();
        if (entries.Count > 0)
        {
            Table table = Screen.Table("#", "Scope", "Record", "Operation", "Written");
            foreach (JsonNode? entry in entries)
            {
                Screen.Add(table, entry!["sequence"], entry["scope"], entry["record"], entry["operation"], entry["time"]);
            }

            console.Write(table);
        }

        Screen.Say(console, (long)result["pending"]! == 0
            ? "Nothing waits for the hub."
            : $"{entries.Count} of {result["pending"]} shown.");
    }
}
