using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Replication.Bundles;
using Spectre.Console;

namespace Ordo.Sync.Cli.Commands;

/// <summary>What a bundle holds, without a store.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var bundle = new BundleArguments();
        var file = new Argument<string>("bundle") { Description = "The bundle's file." };
        var json = new Option<bool>("--json") { Description = "One JSON object on standard output, for scripts." };
        Command command = bundle.AddTo(new Command(
            "inspect",
            """
            Says what a bundle holds: scopes, pages, records, who signed it, what is damaged. Reads and checks all of it, and touches no
            store. Exit code 1 where something is damaged or missing. A signer's fingerprint is the SHA-256 of the public key.

            Example: ordo-sync bundle inspect for-bob.bundle
            """)
        {
            file, json,
        });
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            BundleKey? key = bundle.KeyOf(parsed);
            await using FileStream input = File.OpenRead(parsed.GetRequiredValue(file));
            BundleInspection found = await BundleInspector.InspectAsync(input, key, cancellationToken);
            JsonObject result = Describe(found, input.Length);
            new Screen(parsed.GetValue(json)).Write(result, console => Show(console, result));
            return found.IsWhole ? ExitCodes.Ok : ExitCodes.Findings;
        }));
        return command;
    }

    private static JsonObject Describe(BundleInspection found, long bytes) => new()
    {
        ["bundle"] = Words.Hex(found.Prelude.Bundle),
        ["bytes"] = bytes,
        ["isEncrypted"] = found.Prelude.IsEncrypted,
        ["isWhole"] = found.IsWhole,
        ["isTruncated"] = found.IsTruncated,
        ["latest"] = found.Scopes.IsEmpty ? null : Words.Time(found.Latest),
        ["scopes"] = new JsonArray([.. found.Scopes.Select(scope => (JsonNode)new JsonObject
        {
            ["scope"] = scope.Scope,
            ["pages"] = scope.PageCount,
            ["pagesTotal"] = scope.PageTotal,
            ["records"] = scope.RecordCount,
            ["isWhole"] = scope.IsWhole,
            ["signer"] = scope.Signer.IsEmpty ? null : Convert.ToHexStringLower(SHA256.HashData(scope.Signer.AsSpan())),
        })]),
        ["damage"] = new JsonArray([.. found.Damage.Select(damage => (JsonNode)new JsonObject
        {
            ["offset"] = damage.Offset,
            ["length"] = damage.Length,
        })]),
    };

    private static void Show(IAnsiConsole console, JsonObject result)
    {
        Screen.Say(console, $"Bundle {result["bundle"]}, {result["bytes"]} bytes, "
            + $"{((bool)result["isEncrypted"]! ? "encrypted" : "not encrypted")}, latest change {result["latest"] ?? "none"}");
        Table table = Screen.Table("Scope", "Pages", "Records", "Whole", "Signed by");
        foreach (JsonNode? scope in result["scopes"]!.AsArray())
        {
            Screen.Add(
                table,
                scope!["scope"],
                $"{scope["pages"]} of {scope["pagesTotal"] ?? "?"}",
                scope["records"] ?? "?",
                (bool)scope["isWhole"]! ? "yes" : "no",
                scope["signer"] ?? "nobody");
        }

        console.Write(table);
        foreach (JsonNode? damage in result["damage"]!.AsArray())
        {
            Screen.Say(console, $"Damaged: {damage!["length"]} bytes at {damage["offset"]}.");
        }

        if ((bool)result["isTruncated"]!)
        {
            Screen.Say(console, "The file ends before the bundle does: copy it again.");
        }
    }
}
