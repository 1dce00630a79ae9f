using System.CommandLine;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Engine.Verification;

namespace Ordo.Sync.Cli.Commands;

/// <summary>Heals what a verification finds.</summary>
internal static class RepairCommand
{
    public static Command Create()
    {
        var arguments = new StoreArguments();
        var hub = new HubArguments();
        Option<bool> write = StoreArguments.Write("fetches altered records again, or accepts them.");
        var accept = new Option<bool>("--accept")
        {
            Description = "Without a hub: declare the records as they are to be right, and set the digests to what they give.",
        };
        var scope = new Option<string?>("--scope") { Description = "Only this scope." };
        Command command = hub.AddTo(arguments.AddTo(new Command(
            "repair",
            """
            Heals what 'verify' finds. With --hub: records that were altered here are fetched again; those altered at the hub are
            written anew, and go there with the app's next sync; where nobody can tell, both stay. With --accept: what is there
            counts as right. Nothing is thrown away.

            Example: ordo-sync repair campus.db --hub https://hub.example.edu/sync --write
            """)
        {
            write, accept, scope,
        }));
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            StoreArguments.RequireWrite(parsed.GetValue(write), "repair");
            using HubConnection? connection = hub.Connect(parsed);
            if ((connection is null) != parsed.GetValue(accept))
            {
                throw new ToolException(
                    ExitCodes.Usage, "Say where the right records come from: --hub ADDRESS, or --accept for those that are there.");
            }

            await using OpenStore store = await arguments.OpenAsync(parsed, writes: true, cancellationToken);
            var found = new List<ScopeVerification>();
            foreach (string name in await store.ScopesAsync(parsed.GetValue(scope), cancellationToken))
            {
                found.Add(await RepairAsync(store, name, connection, cancellationToken));
            }

            return VerificationReport.Write(new Screen(parsed.GetValue(arguments.Json)), [], found);
        }));
        return command;
    }

    private static async Task<ScopeVerification> RepairAsync(
        OpenStore store, string scope, HubConnection? hub, CancellationToken cancellationToken)
    {
        var verifier = new ScopeVerifier(store.Store, store.Catalog, scope, new VerifyOptions(), progress: null);
        if (hub is null)
        {
            return await verifier.VerifyLocallyAsync(accepts: true, cancellationToken);
        }

        var healing = new ScopeHealing(store.Store, store.Catalog, scope, sink: null, committed: null);
        return await verifier.VerifyAsync(
            hub.Transport, settles: false, TimeProvider.System.GetUtcNow(), healing, cancellationToken);
    }
}
