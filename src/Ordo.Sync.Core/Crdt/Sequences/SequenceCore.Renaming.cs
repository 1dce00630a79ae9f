using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Sequences;

// Elements under other dots: where the old ones cannot stand.
internal sealed partial class SequenceCore<T>
{
    /// <summary>Adds the dots of all elements that are not gone.</summary>
    public void Survey(DotSurvey survey)
    {
        foreach (Run run in _tree.Runs)
        {
            if (run.State != RunState.Gone)
            {
                survey.Add(_replicas[run.Replica], run.End - 1);
            }
        }
    }

    /// <summary>
    /// Puts the visible elements that match in again under fresh dots, each run directly in front of the old one, which is
    /// deleted: an edit like any other, so replicas that hold the old elements follow.
    /// </summary>
    public void Rename(IDotSource dots, Func<GlobalDot, bool> matches)
    {
        foreach ((GlobalDot first, T[] items) in Visible(matches))
        {
            InsertBefore(dots, first, items);
            Delete(dots, IndexOf(new Anchor(first, IsAfter: false))!.Value, items.Length);
        }
    }

    /// <summary>Deletes the visible elements that match.</summary>
    public void Retract(IDotSource dots, Func<GlobalDot, bool> matches)
    {
        foreach ((GlobalDot first, int count) in Matching(RunState.Live, matches))
        {
            Delete(dots, IndexOf(new Anchor(first, IsAfter: false))!.Value, count);
        }
    }

    /// <summary>Lets go of the removed elements that match, but for places that others hang on.</summary>
    public void Bury(Func<GlobalDot, bool> matches)
    {
        foreach ((GlobalDot first, int count) in Matching(RunState.Removed, matches))
        {
            for (int done = 0; done < count;)
            {
                Run run = Find(first with { Counter = first.Counter + done })!;
                int offset = (int)(first.Counter + done - run.Counter);
                int part = Math.Min(count - done, run.Length - offset);
                Change(run, offset, part, RunState.Gone, default);
                done += part;
            }
        }

        Prune();
    }

    /// <summary>The visible elements that match, in document order.</summary>
    public T[] ValuesOf(Func<GlobalDot, bool> matches) => [.. Visible(matches).SelectMany(part => part.Items)];

    private List<(GlobalDot First, T[] Items)> Visible(Func<GlobalDot, bool> matches) =>
        [.. Matching(RunState.Live, matches).Select(part => (part.First, ItemsOf(part.First, part.Count)))];

    private T[] ItemsOf(GlobalDot first, int count)
    {
        Run run = Find(first)!;
        int from = (int)(first.Counter - run.Counter);
        return ContentOf(run)[from..(from + count)].ToArray();
    }

    private List<(GlobalDot First, int Count)> Matching(RunState state, Func<GlobalDot, bool> matches)
    {
        var parts = new List<(GlobalDot First, int Count)>();
        foreach (Run run in _tree.Runs)
        {
            ReplicaId replica = _replicas[run.Replica];
            for (int from = 0; run.State == state && from < run.Length;)
            {
                bool isMatch = matches(new GlobalDot(replica, run.Counter + from));
                int to = from + 1;
                while (to < run.Length && matches(new GlobalDot(replica, run.Counter + to)) == isMatch)
                {
                    to++;
                }

                if (isMatch)
                {
                    parts.Add((new GlobalDot(replica, run.Counter + from), to - from));
                }

                from = to;
            }
        }

        return parts;
    }
}
