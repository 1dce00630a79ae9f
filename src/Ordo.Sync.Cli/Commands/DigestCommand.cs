using System.CommandLine;
using System.Text.Json.Nodes;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Storage;
using Spectre.Console;

namespace Ordo.Sync.Cli.Commands;

/// <summary>The digests of scopes: what two stores compare to know that they hold the same.</summary>
internal static class DigestCommand
{
    public static Command Create()
    {
        var arguments = new StoreArguments();
        var scope = new Option<string?>("--scope") { Description = "Only this scope." };
        var compare = new Option<string?>("--compare") { Description = "Another store to compare with; exit code 1 where they differ." };
        Command command = arguments.AddTo(new Command(
            "digest",
            """
            Prints the digest kept of each scope. Two stores that know the same and hold the same have equal digests.

            Example: ordo-sync digest campus.db --compare backup.db
            """)
        {
            scope, compare,
        });
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            await using OpenStore store = await arguments.OpenAsync(parsed, writes: false, cancellationToken);
            IReadOnlyDictionary<string, JsonObject> here = await ReadAsync(store, parsed.GetValue(scope), cancellationToken);
            IReadOnlyDictionary<string, JsonObject>? there = null;
            if (parsed.GetValue(compare) is { } other)
            {
                await using OpenStore second = await OpenStore.OpenAsync(
                    other, parsed.GetValue(arguments.KeyFile), writes: false, cancellationToken);
                there = await ReadAsync(second, scope: null, cancellationToken);
            }

            return Report(here, there, new Screen(parsed.GetValue(arguments.Json)));
        }));
        return command;
    }

    private static async Task<IReadOnlyDictionary<string, JsonObject>> ReadAsync(
        OpenStore store, string? scope, CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        IReadOnlyList<string> scopes = await store.ScopesAsync(scope, cancellationToken);
        await using IStoreSnapshot snapshot = await store.Store.ReadAsync(cancellationToken);
        foreach (string name in scopes)
        {
            ScopeState state = await snapshot.GetScopeAsync(name, cancellationToken);
            found[name] = new JsonObject
            {
                ["scope"] = name,
                ["records"] = state.LiveCount,
                ["digest"] = Words.Hex(state.Digest),
                ["stateHash"] = Words.Hex(StateHash.Of(state, snapshot.Replicas)),
            };
        }

        return found;
    }

    private static int Report(
        IReadOnlyDictionary<string, JsonObject> here, IReadOnlyDictionary<string, JsonObject>? there, Screen screen)
    {
        bool isSame = true;
        var scopes = new JsonArray();
        foreach (JsonObject scope in here.Values)
        {
            if (there is not null)
            {
                string? other = there.TryGetValue((string)scope["scope"]!, out JsonObject? found) ? (string)found["digest"]! : null;
                scope["other"] = other;
                scope["isSame"] = other == (string)scope["digest"]!;
                isSame &= (bool)scope["isSame"]!;
            }

            scopes.Add(scope);
        }

        var result = new JsonObject { ["scopes"] = scopes };
        screen.Write(result, console =>
        {
            Table table = there is null
                ? Screen.Table("Scope", "Records", "Digest")
                : Screen.Table("Scope", "Records", "Digest", "Other store", "Same");
            foreach (JsonNode? scope in scopes)
            {
                object?[] cells = [scope!["scope"], scope["records"], scope["digest"]];
                Screen.Add(table, there is null
                    ? cells
                    : [.. cells, scope["other"] ?? "not there", (bool)scope["isSame"]! ? "yes" : "NO"]);
            }

            console.Write(table);
        });
        return isSame ? ExitCodes.Ok : ExitCodes.Findings;
    }
}
