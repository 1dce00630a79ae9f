using System.CommandLine;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Engine.Verification;

namespace Ordo.Sync.Cli.Commands;

/// <summary>Whether a store's records are what was written, and what the hub holds.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var arguments = new StoreArguments();
        var hub = new HubArguments();
        var scope = new Option<string?>("--scope") { Description = "Only this scope." };
        Command command = hub.AddTo(arguments.AddTo(new Command(
            "verify",
            """
            Checks the file's structures, that every record can be read and belongs to the digest kept of its scope, and with --hub
            that the hub holds the same: which record differs, and which side was altered. Writes nothing. Exit code 1 where
            something is wrong.

            Example: ordo-sync verify campus.db --hub https://hub.example.edu/sync --token-env HUB_TOKEN
            """)
        {
            scope,
        }));
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            await using OpenStore store = await arguments.OpenAsync(parsed, writes: false, cancellationToken);
            IReadOnlyList<string> problems = await store.Store.VerifyIntegrityAsync(cancellationToken);
            using HubConnection? connection = hub.Connect(parsed);
            var found = new List<ScopeVerification>();
            foreach (string name in await store.ScopesAsync(parsed.GetValue(scope), cancellationToken))
            {
                var verifier = new ScopeVerifier(store.Store, store.Catalog, name, new VerifyOptions(), progress: null);
                found.Add(connection is null
                    ? await verifier.VerifyLocallyAsync(accepts: false, cancellationToken)
                    : await verifier.VerifyAsync(
                        connection.Transport, settles: false, TimeProvider.System.GetUtcNow(), healing: null, cancellationToken));
            }

            return VerificationReport.Write(new Screen(parsed.GetValue(arguments.Json)), problems, found);
        }));
        return command;
    }
}
