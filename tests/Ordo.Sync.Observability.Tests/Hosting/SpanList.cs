using System.Collections;
using System.Diagnostics;

namespace Ordo.Sync.Observability.Tests.Hosting;

/// <summary>Keeps the spans of an in-memory exporter while others still add to them.</summary>
internal sealed class SpanList : ICollection<Activity>
{
    private readonly Lock _lock = new();
    private readonly List<Activity> _spans = [];

    public IReadOnlyList<Activity> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _spans];
            }
        }
    }

    public int Count => All.Count;

    public bool IsReadOnly => false;

    /// <summary>Waits for the first span of a name.</summary>
    public async Task<Activity> FindAsync(string name, TimeSpan patience)
    {
        using var giveUp = new CancellationTokenSource(patience);
        while (true)
        {
            if (All.FirstOrDefault(span => span.OperationName == name) is { } found)
            {
                return found;
            }

            await Task.Delay(5, giveUp.Token);
        }
    }

    public void Add(Activity item)
    {
        lock (_lock)
        {
            _spans.Add(item);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _spans.Clear();
        }
    }

    public bool Contains(Activity item) => All.Contains(item);

    public void CopyTo(Activity[] array, int arrayIndex) => All.ToArray().CopyTo(array, arrayIndex);

    public bool Remove(Activity item)
    {
        lock (_lock)
        {
            return _spans.Remove(item);
        }
    }

    public IEnumerator<Activity> GetEnumerator() => All.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
