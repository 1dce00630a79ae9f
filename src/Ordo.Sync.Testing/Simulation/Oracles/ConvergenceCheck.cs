using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>Compares what all nodes of a world hold, once everybody has everything, with what was truly written.</summary>
internal sealed class ConvergenceCheck(SimulatedWorld world)
{
    private IEnumerable<string> Scopes => world.Ledger.Records.Select(record => record.Key.Scope).Distinct();

    /// <summary>Everybody syncs once. Returns whether there was anything to do, or something failed that may go better.</summary>
    public bool SyncAll()
    {
        long commits = world.Statistics.CommitCount;
        bool isSettled = true;
        foreach (SimulatedDevice device in world.Devices.Where(device => device.Peer is not null))
        {
            SyncReport report = device.Sync();
            isSettled &= report.Scopes.All(scope => scope.Error is null || IsLasting(scope.Error.Code));
            foreach (ScopeReport failed in report.Scopes.Where(scope => scope.Error is not null))
            {
                world.Trace($"{device.Name} does not sync {failed.Scope}: {failed.Error!.Code}: {failed.Error.Message}");
            }
        }

        List<string> scopes = [.. Scopes];
        foreach (SimulatedHub hub in world.Hubs)
        {
            foreach (SimulatedHub other in world.Hubs.Where(other => other != hub))
            {
                isSettled &= hub.Sync(other, scopes);
            }
        }

        return !isSettled || world.Statistics.CommitCount != commits;
    }

    /// <summary>Everybody holds the same, and that is what was written.</summary>
    public async Task CheckAsync()
    {
        foreach (SimulatedDevice device in world.Devices.Where(device => device.Peer is null && world.Devices.All(other => other.Peer != device)))
        {
            long pending = (await device.Engine.GetJournalStatusAsync().ConfigureAwait(false)).PendingCount;
            Require(
                pending == 0,
                $"{device.Name} has unsynced writes ({pending}) and nobody to sync with: add the hub before the device, or call ConnectTo.");
        }

        foreach (string scope in Scopes.ToList())
        {
            await CheckScopeAsync(scope, [.. world.Nodes.Where(node => Holds(node, scope))]).ConfigureAwait(false);
        }

        foreach (SimulatedDevice device in world.Devices)
        {
            device.JudgeIdentity();
        }

        foreach (SimulatedDevice device in world.Devices.Where(MayWriteAll))
        {
            long pending = (await device.Engine.GetJournalStatusAsync().ConfigureAwait(false)).PendingCount;
            Require(pending == 0, $"{device.Name} still has unsynced writes ({pending}) in its journal, although the world has settled.");
        }
    }

    /// <summary>Notes in the trace what everybody knows, for the message of a world that does not settle.</summary>
    public async Task TellAsync()
    {
        foreach (string scope in Scopes.ToList())
        {
            foreach (SimulatedNode node in world.Nodes.Where(node => Holds(node, scope)))
            {
                await using IStoreSnapshot snapshot = await node.Store.Inner.ReadAsync().ConfigureAwait(false);
                ScopeState state = await snapshot.GetScopeAsync(scope).ConfigureAwait(false);
                GlobalVector known = GlobalVector.From(state.Knowledge, snapshot.Replicas);
                world.Trace($"{node.Name} ({snapshot.Replica}) knows of {scope}: {string.Join(", ", known.Entries)}; digest {state.Digest:x}");
            }
        }
    }

    /// <summary>Another sync of everybody exchanges hashes and changes nothing.</summary>
    public void CheckQuiescence()
    {
        long commits = world.Statistics.CommitCount;
        foreach (SimulatedDevice device in world.Devices.Where(device => device.Peer is not null && MayWriteAll(device)))
        {
            SyncReport report = device.Sync();
            int idle = report.Scopes.Count(scope => scope.Session is { PushedCount: 0, PulledCount: 0, RoundTripCount: 1 });
            Require(
                report.Error is null && idle == report.Scopes.Length,
                $"{device.Name} is not quiet in a settled world: {string.Join("; ", report.Scopes)} {report.Error?.Message}");
        }

        Require(world.Statistics.CommitCount == commits, "A sync in a settled world committed something.");
    }

    private async Task CheckScopeAsync(string scope, List<SimulatedNode> nodes)
    {
        var digests = new Dictionary<SimulatedNode, UInt128>();
        foreach (SimulatedNode node in nodes)
        {
            await using IStoreSnapshot snapshot = await node.Store.Inner.ReadAsync().ConfigureAwait(false);
            digests.Add(node, (await snapshot.GetScopeAsync(scope).ConfigureAwait(false)).Digest);
        }

        Require(
            digests.Values.Distinct().Count() <= 1,
            $"Digests of '{scope}' differ: {string.Join(", ", digests.Select(digest => $"{digest.Key.Name} {digest.Value:x}"))}");
        foreach (((string ofScope, RecordKey key), List<VersionFact> _) in world.Ledger.Records)
        {
            if (ofScope == scope)
            {
                await CheckRecordAsync(scope, key, nodes).ConfigureAwait(false);
            }
        }
    }

    private async Task CheckRecordAsync(string scope, RecordKey key, List<SimulatedNode> nodes)
    {
        List<VersionFact> standing = [.. world.Ledger.Standing(scope, key)];
        var views = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (SimulatedNode node in nodes)
        {
            HashSet<GlobalDot> expected = [.. node.PolicyOf(key.Collection) == SiblingPolicy.KeepGreatest
                ? standing.OrderBy(fact => (fact.Content.Timestamp, fact.Spoken)).TakeLast(1).Select(fact => fact.Version)
                : standing.Select(fact => fact.Version)];
            StoredRecord? record = await node.Store.Inner.GetAsync(scope, key).ConfigureAwait(false);
            await using IStoreSnapshot snapshot = await node.Store.Inner.ReadAsync().ConfigureAwait(false);
            ScopeState state = await snapshot.GetScopeAsync(scope).ConfigureAwait(false);
            ReplicaId generation = await GenerationLedger.ReadCurrentAsync(snapshot, scope, CancellationToken.None).ConfigureAwait(false);
            CheckVersions(node, scope, key, record, expected, HasForgotten);

            bool HasForgotten(GlobalDot dot) => world.Ledger.Find(dot) is { Content.IsTombstone: true } fact
                && world.Ledger.Names.ByNameAt(node, scope, dot) is { } first
                && world.Ledger.Names.Generations.At(generation, first) is var name
                && ((snapshot.Replicas.IndexOf(name.Replica) is >= 0 and var index && state.Forgotten.Contains(new Dot(index, name.Counter)))
                    || (fact.IsCollected && name != first));

            if (node is SimulatedDevice device && record?.Content is { } content)
            {
                await CheckInboxAsync(device, scope, key, standing).ConfigureAwait(false);
                RecordView view = device.Catalog.BehaviorOf(key.Collection).View(scope, content);
                views.TryAdd(Convert.ToHexString(view.Payload.Span), device.Name);
            }
        }

        Require(
            views.Count <= 1,
            $"{string.Join(" and ", views.Values)} hold the same versions of {scope} {key} and show different values of them: "
            + "a resolver decides by what it is given and by nothing else.");
    }

    // A collected tombstone is held nowhere; whoever still holds it is no worse.
    private void CheckVersions(
        SimulatedNode node, string scope, RecordKey key, StoredRecord? record, HashSet<GlobalDot> expected, Predicate<GlobalDot> hasForgotten)
    {
        HashSet<GlobalDot> held = [.. (record?.Versions ?? [])
            .Where(version => version.Kind == VersionKind.Content)
            .Select(version => world.Ledger.Names.Of(node, scope, node.Store.Replicas.Globalize(version.Dot)))];
        if (node.PolicyOf(key.Collection) == SiblingPolicy.KeepGreatest)
        {
            // Stated anew under another incarnation, at the same time: which of the two is preferred is a matter of their ids.
            held = [.. held.Select(dot => expected.Contains(dot) ? dot : FindAnew(dot, expected) ?? dot)];
        }

        // What has come back beside its successors, and which no device tells once more.
        held.RemoveWhere(dot => !expected.Contains(dot) && world.Ledger.Find(dot) is { } fact
            && fact.SupersededBy.Exists(fact.MayStayBeside));
        expected.RemoveWhere(dot => !held.Contains(dot) && hasForgotten(dot));
        if (!held.SetEquals(expected))
        {
            Require(
                false,
                $"{node.Name} holds {Tell(held)} of {scope} {key} and should hold {Tell(expected)}; written was: "
                + string.Join("; ", world.Ledger.Of(scope, key).Select(fact => $"{fact} over {Tell(fact.Past)}")));
        }
    }

    private GlobalDot? FindAnew(GlobalDot dot, HashSet<GlobalDot> expected)
    {
        if (world.Ledger.Find(dot) is not { } before)
        {
            return null;
        }

        return expected.Select(world.Ledger.Find).OfType<VersionFact>()
            .FirstOrDefault(anew => anew.IsRestampOf(before) && anew.Past.Contains(dot))?.Version;
    }

    // No false conflict, and none missed.
    private async Task CheckInboxAsync(SimulatedDevice device, string scope, RecordKey key, List<VersionFact> standing)
    {
        if (device.StrategyOf(key.Collection) is not (ConflictStrategy.AcademicRecord or ConflictStrategy.ManualIntervention)
            || !device.Declares(key.Collection))
        {
            return;
        }

        // Of versions that state others anew, and of what a form had shown, a person may be told or not: they are concurrent all the same.
        // So of what may have come back beside its successors.
        IEnumerable<VersionFact> returned = world.Ledger.Of(scope, key).Where(fact => fact is { IsContent: true, IsDisowned: true });
        bool mayBeShown = Dissent.Count([.. standing.Union(returned).Select(fact => fact.Content)]) > 1;
        bool mustBeShown = Dissent.Count(
            [.. standing.Where(fact => !fact.IsCollected && !IsNoSide(fact, standing)).Select(fact => fact.Content)]) > 1;
        Conflict? conflict = await device.Engine.Conflicts.FindAsync(scope, key.Collection, key.Key).ConfigureAwait(false);
        bool isShown = conflict?.Kind == ConflictKind.Siblings;
        bool isListed = false;
        await foreach (Conflict listed in device.Engine.Conflicts.ListAsync(scope, key.Collection).ConfigureAwait(false))
        {
            isListed |= listed.Kind == ConflictKind.Siblings && listed.Key == key.Key;
        }

        Require(
            isListed == isShown,
            $"{device.Name} {(isListed ? "lists a conflict" : "does not list the conflict")} of {scope} {key}, and shows "
            + (isShown ? "one." : "none."));
        Require(
            isShown ? mayBeShown : !mustBeShown,
            $"{device.Name} {(isShown ? "shows a conflict that is none" : "does not show the conflict")} of {scope} {key}: "
            + string.Join(", ", standing) + "; written was: "
            + string.Join("; ", world.Ledger.Of(scope, key).Select(fact => $"{fact} over {Tell(fact.Past)}")));
    }

    private bool IsNoSide(VersionFact fact, List<VersionFact> standing) =>
        IsStatedAnew(fact, standing) || standing.Exists(other =>
            other.Past.Any(before => world.Ledger.Find(before)?.PutAgainFrom == fact.Version))
        || standing.Exists(other => other.Shown.Contains(fact.Version));

    // A version stated anew (a refusal, a clock put right) is no side against an edit of the content that it repeats.
    private bool IsStatedAnew(VersionFact fact, List<VersionFact> standing) => fact.Past
        .Select(world.Ledger.Find)
        .OfType<VersionFact>()
        .Any(before => fact.IsRestatement && before.IsSameAs(fact)
            && standing.Exists(other => other != fact
                && (OriginOf(other).Past.Contains(before.Version) || other.Shown.Contains(before.Version))));

    private VersionFact OriginOf(VersionFact fact) => fact.Past
        .Select(world.Ledger.Find)
        .OfType<VersionFact>()
        .Where(before => before.IsSameAs(fact))
        .MinBy(before => before.Past.Count) ?? fact;

    private string Tell(IEnumerable<GlobalDot> dots) =>
        $"{{{string.Join(", ", dots.Select(dot => world.Ledger.Find(dot)?.ToString() ?? dot.ToString()))}}}";

    private static bool Holds(SimulatedNode node, string scope) =>
        node is not SimulatedDevice device || device.Engine.Subscriptions.Contains(scope);

    private bool MayWriteAll(SimulatedDevice device) =>
        Scopes.All(scope => device.Peer?.RightsOf(device, scope).HasFlag(SimulatedRights.Write) != false);

    private static bool IsLasting(SyncErrorCode code) => code is SyncErrorCode.Forbidden or SyncErrorCode.ScopeRevoked;

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            world.Fail(otherwise);
        }
    }
}
