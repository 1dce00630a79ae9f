using System.CommandLine;
using System.Text.Json.Nodes;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Bundles;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Cli.Commands;

/// <summary>What belongs to bundles besides exporting and importing them.</summary>
internal static class BundleCommand
{
    public static Command Create() => new(
        "bundle",
        """
        Bundles carry changes in a file: 'export' makes one, 'import' takes one in. 'knowledge' says what a store knows, so that
        somebody else can export what it lacks; 'inspect' says what a bundle holds.

        Examples:
          ordo-sync bundle knowledge campus.db bob.knows
          ordo-sync bundle inspect for-bob.bundle
        """)
    {
        Knowledge(),
        InspectCommand.Create(),
    };

    private static Command Knowledge()
    {
        var arguments = new StoreArguments();
        var file = new Argument<string>("file") { Description = "Where to write it; a few bytes, and no record." };
        Command command = arguments.AddTo(new Command(
            "knowledge",
            """
            Writes down what a store knows, for 'export --for' at somebody else's store.

            Example: ordo-sync bundle knowledge bob.db bob.knows, then on the other side
                     ordo-sync export ann.db for-bob.bundle --for bob.knows
            """)
        {
            file,
        });
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            string path = parsed.GetRequiredValue(file);
            await using OpenStore store = await arguments.OpenAsync(parsed, writes: false, cancellationToken);
            IReadOnlyList<string> scopes = await store.ScopesAsync(scope: null, cancellationToken);
            BundleKnowledge knowledge = BundleKnowledge.Nothing;
            await using IStoreSnapshot snapshot = await store.Store.ReadAsync(cancellationToken);
            foreach (string scope in scopes)
            {
                ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken);
                knowledge = knowledge.With(scope, GlobalVector.From(state.Knowledge, snapshot.Replicas));
            }

            byte[] bytes = knowledge.ToBytes();
            await File.WriteAllBytesAsync(path, bytes, cancellationToken);
            var result = new JsonObject { ["file"] = Path.GetFullPath(path), ["bytes"] = bytes.Length, ["scopes"] = scopes.Count };
            new Screen(parsed.GetValue(arguments.Json)).Write(
                result, console => Screen.Say(console, $"{path}: what is known of {scopes.Count} scopes, {bytes.Length} bytes."));
            return ExitCodes.Ok;
        }));
        return command;
    }
}
