using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Inbox;
using Spectre.Console;

namespace Ordo.Sync.Cli.Commands;

/// <summary>What waits for a person.</summary>
internal static class ConflictsCommand
{
    public static Command Create() => new(
        "conflicts",
        """
        What waits for a person: records whose versions disagree, and writes that the hub refused.

        Examples:
          ordo-sync conflicts list campus.db
          ordo-sync conflicts show campus.db grades/11391/1752
          ordo-sync conflicts resolve campus.db grades/11391/1752 --keep 2 --reason "Moderated" --author ann --write
        """)
    {
        List(), Show(), ResolveCommand.Create(),
    };

    /// <summary>The entry of the inbox for a record.</summary>
    public static async Task<Conflict> FindAsync(
        ServiceProvider services, OpenStore store, RecordName name, string? scope, CancellationToken cancellationToken)
    {
        await foreach (Conflict conflict in ListAsync(services, store, scope, cancellationToken))
        {
            if (string.Equals(conflict.Collection, name.Collection, StringComparison.Ordinal)
                && string.Equals(conflict.Key, name.Key, StringComparison.Ordinal))
            {
                return conflict;
            }
        }

        throw new ToolException(ExitCodes.NotFound, $"No conflict of {name} waits here; 'ordo-sync conflicts list' says which do.");
    }

    private static async IAsyncEnumerable<Conflict> ListAsync(
        ServiceProvider services,
        OpenStore store,
        string? scope,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var engine = services.GetRequiredService<ISyncEngine>();
        foreach (string name in await store.ScopesAsync(scope, cancellationToken))
        {
            if (!Records.ScopeLane.IsEphemeral(name))
            {
                await foreach (Conflict conflict in engine.Conflicts.ListAsync(name, cancellationToken: cancellationToken))
                {
                    yield return conflict;
                }
            }
        }
    }

    private static Command List()
    {
        var arguments = new StoreArguments();
        var scope = new Option<string?>("--scope") { Description = "Only this scope." };
        Command command = arguments.AddTo(new Command(
            "list",
            """
            Lists what waits for a person: records whose sides disagree, and writes that the hub refused.

            Example: ordo-sync conflicts list campus.db --scope course/AAA-2013J
            """)
        {
            scope,
        });
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            await using OpenStore store = await arguments.OpenAsync(parsed, writes: false, cancellationToken);
            await using ServiceProvider services = await StoreEngine.CreateAsync(
                store.Store.Name, parsed.GetValue(arguments.KeyFile), writes: false, string.Empty, cancellationToken);
            var conflicts = new JsonArray();
            await foreach (Conflict conflict in ListAsync(services, store, parsed.GetValue(scope), cancellationToken))
            {
                conflicts.Add(ConflictDiff.Describe(conflict));
            }

            var result = new JsonObject { ["count"] = conflicts.Count, ["conflicts"] = conflicts };
            new Screen(parsed.GetValue(arguments.Json)).Write(result, console => ShowList(console, conflicts));
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static void ShowList(IAnsiConsole console, JsonArray conflicts)
    {
        if (conflicts.Count == 0)
        {
            Screen.Say(console, "Nothing waits for a person.");
            return;
        }

        Table table = Screen.Table("Scope", "Record", "Why", "Sides", "Latest", "By");
        foreach (JsonNode? conflict in conflicts)
        {
            JsonNode latest = conflict!["sides"]!.AsArray()[^1]!;
            Screen.Add(
                table,
                conflict["scope"],
                conflict["record"],
                conflict["kind"],
                conflict["sides"]!.AsArray().Count,
                latest["time"],
                latest["author"]);
        }

        console.Write(table);
    }

    private static Command Show()
    {
        var arguments = new StoreArguments();
        var record = new Argument<string>("record") { Description = "The record: COLLECTION/KEY." };
        var scope = new Option<string?>("--scope") { Description = "Its scope; by default every scope is looked at." };
        Command command = arguments.AddTo(new Command(
            "show",
            """
            Shows the sides of a conflict, field by field; where they differ stands a sign. The numbers are those of 'resolve'.

            Example: ordo-sync conflicts show campus.db grades/11391/1752
            """)
        {
            record, scope,
        });
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            await using OpenStore store = await arguments.OpenAsync(parsed, writes: false, cancellationToken);
            await using ServiceProvider services = await StoreEngine.CreateAsync(
                store.Store.Name, parsed.GetValue(arguments.KeyFile), writes: false, string.Empty, cancellationToken);
            Conflict conflict = await FindAsync(
                services, store, RecordName.Parse(parsed.GetRequiredValue(record)), parsed.GetValue(scope), cancellationToken);
            new Screen(parsed.GetValue(arguments.Json)).Write(
                ConflictDiff.Describe(conflict), console => ConflictDiff.Show(console, conflict));
            return ExitCodes.Ok;
        }));
        return command;
    }
}
