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
        foreach ((GlobalDot first, T[] items) in Matching(matches))
        {
            InsertBefore(dots, first, items);
            Delete(dots, IndexOf(new Anchor(first, IsAfter: false))!.Value, items.Length);
        }
    }

    /// <summary>The visible elements that match, in document order.</summary>
    public T[] ValuesOf(Func<GlobalDot, bool> matches) => [.. Matching(matches).SelectMany(part => part.Items)];

    private List<(GlobalDot First, T[] Items)> Matching(Func<GlobalDot, bool> matches)
    {
        var parts = new List<(GlobalDot First, T[] Items)>();
        foreach (Run run in _tree.Runs)
        {
            ReplicaId replica = _replicas[run.Replica];
            for (int from = 0; run.State == RunState.Live && from < run.Length;)
            {
                bool isMatch = matches(new GlobalDot(replica, run.Counter + from));
                int to = from + 1;
                while (to < run.Length && matches(new GlobalDot(replica, run.Counter + to)) == isMatch)
                {
                    to++;
                }

                if (isMatch)
                {
                    parts.Add((new GlobalDot(replica, run.Counter + from), ContentOf(run)[from..to].ToArray()));
                }

                from = to;
            }
        }

        return parts;
    }
}
