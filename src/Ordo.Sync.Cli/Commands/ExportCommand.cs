using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ordo.Sync.Causality;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Cli.Commands;

/// <summary>Writes what somebody lacks into a bundle.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var arguments = new StoreArguments();
        var bundle = new BundleArguments();
        var file = new Argument<string>("bundle") { Description = "The bundle's file; must not be there yet." };
        var scope = new Option<string?>("--scope") { Description = "Only this scope." };
        var receiver = new Option<string?>("--for")
        {
            Description = "What the receiver knows: a file that 'ordo-sync bundle knowledge' wrote there. Without, everything goes.",
        };
        var sign = new Option<string?>("--sign-key") { Description = "A PEM file with an ECDSA private key, to sign with." };
        Command command = bundle.AddTo(arguments.AddTo(new Command(
            "export",
            """
            Writes changes into a file: what the receiver lacks, or everything. Works beside the app.

            Examples:
              ordo-sync export campus.db everything.bundle
              ordo-sync export campus.db for-bob.bundle --for bob.knows --passphrase-env BUNDLE_PASSPHRASE
            """)
        {
            file, scope, receiver, sign,
        }));
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            string path = parsed.GetRequiredValue(file);
            await using OpenStore store = await arguments.OpenAsync(parsed, writes: false, cancellationToken);
            IReadOnlyList<string> scopes = await store.ScopesAsync(parsed.GetValue(scope), cancellationToken);
            using ECDsa? signer = SignerOf(parsed.GetValue(sign));
            var options = new BundleExportOptions
            {
                Known = parsed.GetValue(receiver) is { } knows
                    ? BundleKnowledge.Parse(await File.ReadAllBytesAsync(knows, cancellationToken))
                    : BundleKnowledge.Nothing,
                Key = bundle.KeyOf(parsed),
                Signer = signer,
            };
            BundleExportReport report = await WriteAsync(store, path, scopes, options, cancellationToken);
            Show(new Screen(parsed.GetValue(arguments.Json)), path, report);
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static async Task<BundleExportReport> WriteAsync(
        OpenStore store,
        string path,
        IReadOnlyList<string> scopes,
        BundleExportOptions options,
        CancellationToken cancellationToken)
    {
        // What breaks off is no bundle, and must not look like one.
        string partial = path + ".partial";
        try
        {
            BundleExportReport report;
            await using (FileStream output = new(partial, FileMode.Create, FileAccess.Write))
            {
                report = await BundleExport.RunAsync(
                    output,
                    [.. scopes.Select(scope => new BundleSource(scope, store.Store, store.Catalog))],
                    options,
                    EntropySource.System,
                    cancellationToken);
                output.Flush(flushToDisk: true);
            }

            File.Move(partial, path);
            return report;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static void Show(Screen screen, string path, BundleExportReport report) => screen.Write(
        new JsonObject
        {
            ["bundle"] = Words.Hex(report.Bundle),
            ["file"] = Path.GetFullPath(path),
            ["bytes"] = report.Bytes,
            ["records"] = report.RecordCount,
            ["scopes"] = new JsonObject(report.Scopes.Select(scope => KeyValuePair.Create(scope.Key, (JsonNode?)scope.Value))),
        },
        console => Screen.Say(
            console, $"{path}: {report.RecordCount} records of {report.Scopes.Count} scopes, {report.Bytes} bytes."));

    private static ECDsa? SignerOf(string? file)
    {
        if (file is null)
        {
            return null;
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new ToolException(ExitCodes.Usage, $"The file '{file}' holds no ECDSA private key in PEM: {exception.Message}");
        }
    }
}
