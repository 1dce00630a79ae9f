namespace Ordo.Sync.Crdt.Sequences;

// Forgetting removals that every replica has seen.
internal sealed partial class SequenceCore<T>
{
    /// <summary>Forgets the events that every replica knows, and drops the removed elements that nothing hangs on.</summary>
    public void Trim(ICausalView stable)
    {
        long[] known = [.. _replicas.Select(stable.KnownUpTo)];
        for (Run? run = First; run is not null; run = RunTree.Next(run))
        {
            if (run.State == RunState.Removed)
            {
                run = TrimRun(run, known[run.EventReplica]);
            }
        }

        Prune();
    }

    /// <summary>Forgets the removed elements that these dots name, and the events that they name.</summary>
    public void TrimNamed(ICausalView folded)
    {
        Trim(folded);
        long[] known = [.. _replicas.Select(folded.KnownUpTo)];
        for (Run? run = First; run is not null; run = RunTree.Next(run))
        {
            if (run.State == RunState.Removed && run.Counter <= known[run.Replica])
            {
                int count = (int)Math.Min(run.Length, known[run.Replica] - run.Counter + 1);
                int replica = run.Replica;
                long end = run.Counter + count;
                Change(run, 0, count, RunState.Gone, default);
                run = _indexes[replica].Find(end - 1)!;
            }
        }

        Prune();
    }

    // Counters of the events go up, down or stand still: what is stable is the head, the tail, all or nothing.
    private Run TrimRun(Run run, long known)
    {
        long last = run.EventCounter + ((long)run.EventStep * (run.Length - 1));
        if (Math.Min(run.EventCounter, last) > known)
        {
            return run;
        }

        int from = run.EventCounter <= known ? 0 : (int)(run.EventCounter - known);
        int to = last <= known ? run.Length : (int)(known - run.EventCounter + 1);
        int replica = run.Replica;
        long end = run.Counter + to;
        Change(run, from, to - from, RunState.Gone, default);
        return _indexes[replica].Find(end - 1)!;
    }

    /// <summary>Adds the events that <see cref="Trim"/> would forget.</summary>
    public void SurveyRemovals(ICausalView stable, DotSurvey survey)
    {
        long[] known = [.. _replicas.Select(stable.KnownUpTo)];
        for (Run? run = First; run is not null; run = RunTree.Next(run))
        {
            long last = run.EventCounter + ((long)run.EventStep * (run.Length - 1));
            if (run.State == RunState.Removed && Math.Min(run.EventCounter, last) <= known[run.EventReplica])
            {
                survey.Add(_replicas[run.EventReplica], Math.Min(Math.Max(run.EventCounter, last), known[run.EventReplica]));
            }
        }
    }
}
