using System.CommandLine;
using System.Text.Json.Nodes;
using Ordo.Sync.Causality;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Generations;

namespace Ordo.Sync.Cli.Commands;

/// <summary>A new generation of a scope whose knowledge has grown long.</summary>
internal static class CompactCommand
{
    public static Command Create()
    {
        var command = new Command(
            "compact",
            """
            Starts a new generation of a scope at the hub: its knowledge, one entry for every device that ever wrote in it, becomes
            one entry. Devices follow with their next sync; nothing they wrote meanwhile is lost or doubled. Of a hub that runs
            (say 'hub'), or of the SQLite file of one that does not (say 'store').

            Examples:
              ordo-sync compact hub https://hub.example.edu/sync course/AAA-2013J --token-env HUB_TOKEN
              ordo-sync compact store hub.db course/AAA-2013J --write
            """)
        {
            CreateForHub(), CreateForStore(),
        };
        return command;
    }

    private static Argument<string> Scope() => new("scope") { Description = "The scope." };

    private static Command CreateForHub()
    {
        var address = new Argument<string>("address") { Description = "The hub's address, as the app names it." };
        Argument<string> scope = Scope();
        var json = new Option<bool>("--json") { Description = "One JSON object on standard output, for scripts." };
        var hub = new HubArguments();
        Command command = hub.AddTokenTo(new Command(
            "hub", "Asks a hub that runs. The token's bearer needs the right to administer the scope.")
        {
            address, scope, json,
        });
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            using HubConnection connection = hub.Connect(parsed, parsed.GetRequiredValue(address));
            JsonArray done = await connection.CompactAsync(parsed.GetRequiredValue(scope), cancellationToken);
            return Write(new Screen(parsed.GetValue(json)), done);
        }));
        return command;
    }

    private static Command CreateForStore()
    {
        var arguments = new StoreArguments();
        Argument<string> scope = Scope();
        Option<bool> write = StoreArguments.Write("renames every version of the scope.");
        Command command = arguments.AddTo(new Command(
            "store", "Compacts in the file of a hub that does not run. Never in that of a device: it follows its hub.")
        {
            scope, write,
        });
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            StoreArguments.RequireWrite(parsed.GetValue(write), "compact");
            string name = parsed.GetRequiredValue(scope);
            await using OpenStore store = await arguments.OpenAsync(parsed, writes: true, cancellationToken);
            await store.ScopesAsync(name, cancellationToken);
            await store.RequireHubAsync(cancellationToken);
            var done = new JsonArray();
            foreach (string lane in (string[])[name, ScopeLane.NameOf(name, isEphemeral: true)])
            {
                ScopeCompaction compaction = await ScopeCompactor.RunAsync(
                    store.Store, store.Catalog, lane, EntropySource.System, cancellationToken);
                if (compaction.EntriesBefore > 0)
                {
                    done.Add(ToJson(compaction));
                }
            }

            return Write(new Screen(parsed.GetValue(arguments.Json)), done);
        }));
        return command;
    }

    private static JsonObject ToJson(ScopeCompaction done) => new()
    {
        ["scope"] = done.Scope,
        ["isStarted"] = done.IsStarted,
        ["generation"] = done.Generation.ToString(),
        ["entriesBefore"] = done.EntriesBefore,
        ["entriesAfter"] = done.EntriesAfter,
        ["records"] = done.RecordCount,
    };

    private static int Write(Screen screen, JsonArray done)
    {
        screen.Write(new JsonObject { ["lanes"] = done }, console =>
        {
            foreach (JsonNode? lane in done)
            {
                Screen.Say(console, (bool)lane!["isStarted"]!
                    ? $"{lane["scope"]}: named {lane["entriesBefore"]} replicas, names {lane["entriesAfter"]}; "
                        + $"{lane["records"]} records written anew."
                    : $"{lane["scope"]}: names {lane["entriesBefore"]} replicas, which a compaction would not change.");
            }
        });
        return ExitCodes.Ok;
    }
}
