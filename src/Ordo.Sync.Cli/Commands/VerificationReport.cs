using System.Text.Json.Nodes;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Engine.Verification;
using Spectre.Console;

namespace Ordo.Sync.Cli.Commands;

/// <summary>Shows what a verification or a repair found.</summary>
internal static class VerificationReport
{
    public static int Write(Screen screen, IReadOnlyList<string> problems, IReadOnlyList<ScopeVerification> scopes)
    {
        bool isSound = problems.Count == 0 && scopes.All(scope => scope.IsSound && scope.Findings.All(
            finding => finding.Remedy != VerifyRemedy.None));
        var result = new JsonObject
        {
            ["isSound"] = isSound,
            ["problems"] = new JsonArray([.. problems.Select(problem => (JsonNode)problem)]),
            ["scopes"] = new JsonArray([.. scopes.Select(scope => (JsonNode)Describe(scope))]),
        };
        screen.Write(result, console => Show(console, problems, scopes, isSound));
        return isSound ? ExitCodes.Ok : ExitCodes.Findings;
    }

    private static JsonObject Describe(ScopeVerification scope) => new()
    {
        ["scope"] = scope.Scope,
        ["isEphemeral"] = scope.IsEphemeral,
        ["records"] = scope.RecordCount,
        ["wasSound"] = scope.WasSound,
        ["wasHubSound"] = scope.WasPeerSound,
        ["comparison"] = scope.Comparison.ToString(),
        ["isSound"] = scope.IsSound,
        ["roundTrips"] = scope.RoundTripCount,
        ["hasMore"] = scope.HasMore,
        ["findings"] = new JsonArray([.. scope.Findings.Select(finding => (JsonNode)new JsonObject
        {
            ["record"] = $"{finding.Collection}/{finding.Key}",
            ["fault"] = finding.Fault.ToString(),
            ["side"] = finding.Side.ToString(),
            ["remedy"] = finding.Remedy.ToString(),
        })]),
    };

    private static void Show(
        IAnsiConsole console, IReadOnlyList<string> problems, IReadOnlyList<ScopeVerification> scopes, bool isSound)
    {
        foreach (string problem in problems)
        {
            Screen.Say(console, $"The file: {problem}");
        }

        Table table = Screen.Table("Scope", "Records", "Digest here", "Digest at the hub", "Compared", "Faults", "Now");
        foreach (ScopeVerification scope in scopes)
        {
            Screen.Add(
                table,
                scope.Scope,
                scope.RecordCount,
                scope.WasSound ? "fits" : "DOES NOT FIT",
                scope.WasPeerSound is { } sound ? (sound ? "fits" : "DOES NOT FIT") : "-",
                scope.Comparison == PeerComparison.None ? "-" : scope.Comparison,
                scope.Findings.Length,
                scope.IsSound ? "sound" : "NOT SOUND");
        }

        console.Write(table);
        foreach (ScopeVerification scope in scopes)
        {
            foreach (VerifyFinding finding in scope.Findings)
            {
                Screen.Say(
                    console,
                    $"{scope.Scope}: {finding.Collection}/{finding.Key}: {finding.Fault}, at fault: {finding.Side}, done: {finding.Remedy}");
            }
        }

        Screen.Say(console, isSound ? "All is well." : "Something is wrong; 'ordo-sync repair --help' says what can be done.");
    }
}
