using Ordo.Campus.Sync.Devices;
using Ordo.Sync.Engine;
using Ordo.Sync.Records;
using Spectre.Console;

namespace Ordo.Campus.Sync.Commands;

/// <summary>Compares digests, scope by scope: equal digests are the same versions with the same content.</summary>
internal static class ConvergenceTable
{
    public static async Task<bool> ShowAsync(
        CampusHub hub, IReadOnlyList<CampusDevice> devices, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var table = new Table().RoundedBorder()
            .AddColumn("Replica").AddColumn(new TableColumn("Records").RightAligned()).AddColumn("Digest over all scopes");
        var hubStates = new Dictionary<string, ScopeState>();
        foreach (string scope in scopes)
        {
            hubStates[scope] = await hub.ReadAsync(scope);
        }

        UInt128 expected = Combine(scopes.Select(scope => hubStates[scope].Digest));
        table.AddRow("hub", $"{hubStates.Values.Sum(state => state.LiveCount):N0}", $"{expected:x32}");
        bool isEqual = true;
        foreach (CampusDevice device in devices)
        {
            Dictionary<string, ScopeStatus> states = await device.ReadAsync(cancellationToken);
            UInt128 digest = Combine(scopes.Select(scope => states[scope].Digest));
            isEqual &= scopes.All(scope => states[scope].Digest == hubStates[scope].Digest);
            table.AddRow(device.Name, $"{states.Values.Sum(state => state.RecordCount):N0}", $"{digest:x32}");
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine(isEqual
            ? "[green]Converged:[/] every device and the hub hold the same records."
            : "[red]Not converged:[/] the digests differ.");
        return isEqual;
    }

    private static UInt128 Combine(IEnumerable<UInt128> digests) =>
        digests.Aggregate(UInt128.Zero, (sum, digest) => unchecked((sum * 31) + digest));
}
