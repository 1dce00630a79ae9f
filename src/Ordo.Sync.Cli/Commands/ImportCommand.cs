using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ordo.Sync.Causality;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Replication.Bundles;
using Ordo.Sync.Storage;
using Spectre.Console;

namespace Ordo.Sync.Cli.Commands;

/// <summary>Takes a bundle into a store.</summary>
internal static class ImportCommand
{
    private static readonly TimeSpan ClockSkewMax = TimeSpan.FromMinutes(5);

    public static Command Create()
    {
        var arguments = new StoreArguments();
        var bundle = new BundleArguments();
        var file = new Argument<string>("bundle") { Description = "The bundle's file." };
        Option<bool> write = StoreArguments.Write("takes the bundle's changes in.");
        var all = new Option<bool>("--all-scopes")
        {
            Description = "Take scopes in that the store does not hold yet; by default they are left out.",
        };
        var trust = new Option<string[]>("--trust")
        {
            Description = "A PEM file with the public key of a signer. May be repeated; then nothing else is taken in.",
        };
        Command command = bundle.AddTo(arguments.AddTo(new Command(
            "import",
            """
            Takes a bundle in. Importing it again changes nothing; bundles may come in any order; what is damaged is reported and
            waits for another copy. Exit code 1 where not all of it was taken in.

            Example: ordo-sync import campus.db for-bob.bundle --write
            """)
        {
            file, write, all, trust,
        }));
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            StoreArguments.RequireWrite(parsed.GetValue(write), "import");
            BundleKey? key = bundle.KeyOf(parsed);
            string[] trusted = parsed.GetValue(trust) ?? [];
            IReadOnlyCollection<ReadOnlyMemory<byte>>? signers =
                trusted.Length == 0 ? null : [.. trusted.Select(ReadSigner)];
            await using FileStream input = File.OpenRead(parsed.GetRequiredValue(file));
            await using OpenStore store = await arguments.OpenAsync(parsed, writes: true, cancellationToken);
            BundleImportReport report = await ImportAsync(
                store, input, key, signers, parsed.GetValue(all), cancellationToken);
            Show(new Screen(parsed.GetValue(arguments.Json)), report);
            return report.IsComplete ? ExitCodes.Ok : ExitCodes.Findings;
        }));
        return command;
    }

    private static async Task<BundleImportReport> ImportAsync(
        OpenStore store,
        Stream input,
        BundleKey? key,
        IReadOnlyCollection<ReadOnlyMemory<byte>>? signers,
        bool takesAll,
        CancellationToken cancellationToken)
    {
        HashSet<string> held = [.. await store.ScopesAsync(scope: null, cancellationToken)];
        await using (IStoreSnapshot snapshot = await store.Store.ReadAsync(cancellationToken))
        {
            held.UnionWith((await snapshot.ListLocalAsync("subscriptions", afterKey: null, 10_000, cancellationToken))
                .Select(entry => entry.Key));
        }

        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var rules = new BundleRules(
            now,
            HybridTimestamp.FromUnixMilliseconds((now + ClockSkewMax).ToUnixTimeMilliseconds()),
            scope => takesAll || held.Contains(scope),
            signers);
        var importer = new BundleImporter(_ => (store.Store, store.Catalog), rules, static _ => null);
        return await importer.ImportAsync(input, key, cancellationToken);
    }

    private static ReadOnlyMemory<byte> ReadSigner(string file)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            return key.ExportSubjectPublicKeyInfo();
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw new ToolException(ExitCodes.Usage, $"The file '{file}' holds no public key in PEM: {exception.Message}");
        }
    }

    private static void Show(Screen screen, BundleImportReport report) => screen.Write(
        new JsonObject
        {
            ["bundle"] = Words.Hex(report.Bundle),
            ["isComplete"] = report.IsComplete,
            ["isTruncated"] = report.IsTruncated,
            ["changed"] = report.ChangedCount,
            ["readyAt"] = report.ReadyAt?.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["damage"] = new JsonArray([.. report.Damage.Select(damage => (JsonNode)new JsonObject
            {
                ["offset"] = damage.Offset,
                ["length"] = damage.Length,
            })]),
            ["scopes"] = new JsonArray([.. report.Scopes.Select(scope => (JsonNode)new JsonObject
            {
                ["scope"] = scope.Scope,
                ["status"] = scope.Status.ToString(),
                ["records"] = scope.RecordCount,
                ["changed"] = scope.ChangedCount,
                ["isSigned"] = !scope.Signer.IsEmpty,
            })]),
        },
        console =>
        {
            Table table = Screen.Table("Scope", "Status", "Records", "Changed", "Signed");
            foreach (BundleScopeReport scope in report.Scopes)
            {
                Screen.Add(
                    table,
                    scope.Scope,
                    scope.Status,
                    scope.RecordCount,
                    scope.ChangedCount,
                    scope.Signer.IsEmpty ? "no" : "yes");
            }

            console.Write(table);
            foreach (BundleDamage damage in report.Damage)
            {
                Screen.Say(console, $"Damaged: {damage.Length} bytes at {damage.Offset} were passed over.");
            }

            if (report.IsTruncated)
            {
                Screen.Say(console, "The file ends before the bundle does: copy it again.");
            }
        });
}
