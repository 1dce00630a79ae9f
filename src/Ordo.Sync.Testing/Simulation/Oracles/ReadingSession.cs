using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// What one session of an app at a device has been shown: no version that it saw is ever replaced by one of those it had itself
/// taken the place of. Ends with the life of its device, which may have lost what it had not told anybody.
/// </summary>
internal sealed class ReadingSession(SimulatedDevice device, VersionLedger ledger, Action<string> report)
{
    private readonly long _life = device.Life;
    private readonly Dictionary<(string Scope, RecordKey Key), HashSet<GlobalDot>> _seen = [];

    /// <summary>Whether the device died since it began.</summary>
    public bool IsOver => !device.IsUp || device.Life != _life;

    /// <summary>The app was shown a record.</summary>
    public void See(string scope, RecordKey key, RecordBasis shown) =>
        See(scope, key, shown.Seen.Select(device.Store.Replicas.Globalize));

    /// <summary>The app was shown these versions of a record.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="key">The record.</param>
    /// <param name="shown">The versions as the device names them.</param>
    public void See(string scope, RecordKey key, IEnumerable<GlobalDot> shown)
    {
        HashSet<GlobalDot> now = [.. shown.Select(dot => ledger.Names.Of(device, scope, dot))];
        if (_seen.TryGetValue((scope, key), out HashSet<GlobalDot>? before))
        {
            foreach (VersionFact gone in before.Except(now).Select(ledger.Find).OfType<VersionFact>())
            {
                Judge(scope, key, gone, now);
            }
        }

        _seen[(scope, key)] = now;
    }

    private void Judge(string scope, RecordKey key, VersionFact gone, HashSet<GlobalDot> now)
    {
        List<VersionFact> shown = [.. now.Select(ledger.Find).OfType<VersionFact>()];
        if (shown.Exists(fact => fact.Past.Contains(gone.Version)))
        {
            return;
        }

        if (shown.Find(fact => gone.Past.Contains(fact.Version)) is { } older)
        {
            report($"An app at {device.Name} had seen {gone} of {scope} {key} and is shown {older}, which that had taken the place of.");
        }
    }
}
