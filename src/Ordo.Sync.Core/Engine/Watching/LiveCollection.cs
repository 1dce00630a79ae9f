using System.Collections.Specialized;
using System.ComponentModel;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Engine.Watching;

/// <summary>
/// The records of a collection as a list that follows their changes, local and remote, for a UI to bind to. Made with
/// <see cref="ISyncCollection{T}.Live"/>; dispose it when the view closes.
/// </summary>
/// <typeparam name="T">The app's type.</typeparam>
/// <remarks>
/// <para>
/// It changes and raises its events on the synchronization context of who made it (<see cref="LiveOptions{T}.Context"/>), step by
/// step: each event describes the list as it stands then. Reading is thread-safe anywhere; an enumeration runs over a copy.
/// </para>
/// <para>
/// A view that is slow holds nobody up: changes of a record that it has not seen count once, the next round waits until the last
/// one is shown, and beyond <see cref="LiveOptions{T}.BacklogMax"/> the records are read anew.
/// </para>
/// </remarks>
public sealed partial class LiveCollection<T> : IReadOnlyList<Record<T>>, INotifyCollectionChanged, INotifyPropertyChanged, IDisposable
{
    private static readonly PropertyChangedEventArgs CountChanged = new(nameof(Count));
    private static readonly PropertyChangedEventArgs IndexerChanged = new("Item[]");

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LiveOptions<T> _options;
    private readonly LiveList<T> _list;
    private volatile Exception? _failure;
    private volatile bool _isDisposed;
    private volatile bool _isLoaded;

    internal LiveCollection(SyncCollection<T> collection, LiveOptions<T> options, TimeProvider time)
    {
        options.Validate();
        _options = options;
        var feed = new LiveFeed<T>(collection, options, time, ShowAsync);
        _list = new LiveList<T>(feed.Order);
        _ = RunAsync(feed);
    }

    /// <inheritdoc/>
    public event NotifyCollectionChangedEventHandler? CollectionChanged;

    /// <inheritdoc/>
    public event PropertyChangedEventHandler? PropertyChanged;

    /// <inheritdoc cref="IReadOnlyCollection{T}.Count"/>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _list.Count;
            }
        }
    }

    /// <summary>Whether everything that is stored is in the list; before, the first records may be. Notifies.</summary>
    public bool IsLoaded => _isLoaded;

    /// <summary>Done when everything that is stored is in the list; fails where that failed, is cancelled by a disposal.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>
    /// Why the list follows no longer: the store failed, or a filter, an order or an event handler threw. What it holds stays.
    /// <see langword="null"/> where all is well. Notifies.
    /// </summary>
    public Exception? Failure => _failure;

    /// <inheritdoc/>
    public Record<T> this[int index]
    {
        get
        {
            lock (_lock)
            {
                return _list[index];
            }
        }
    }

    /// <summary>The record of a key; <see langword="null"/> where the list does not hold it.</summary>
    public Record<T>? Find(string key)
    {
        lock (_lock)
        {
            return _list.Find(key);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<Record<T>> GetEnumerator() => ((IEnumerable<Record<T>>)Copy()).GetEnumerator();

    /// <summary>Stops following; what it holds stays. No event is raised after a call on the list's own context.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _loaded.TrySetCanceled();
            _ = _stop.CancelAsync();
        }
    }

    private Record<T>[] Copy()
    {
        lock (_lock)
        {
            return _list.ToArray();
        }
    }

    private async Task RunAsync(LiveFeed<T> feed)
    {
        try
        {
            await feed.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_isDisposed)
        {
            // Whoever disposed it knows.
        }
        catch (Exception exception)
        {
            _failure = exception;
            _loaded.TrySetException(exception);
            Post(() => Raise(nameof(Failure)));
        }
    }

    private ValueTask ShowAsync(LiveRound<T> round, CancellationToken cancellationToken)
    {
        if (_options.Context is null)
        {
            Show(round);
            return ValueTask.CompletedTask;
        }

        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                Show(round);
                shown.TrySetResult();
            }
            catch (Exception exception)
            {
                // A handler's: it belongs to the context, and ends the feed besides.
                shown.TrySetException(exception);
                throw;
            }
        });
        return new ValueTask(shown.Task.WaitAsync(cancellationToken));
    }

    private void Post(Action action)
    {
        if (_options.Context is { } context)
        {
            context.Post(static state => ((Action)state!)(), action);
        }
        else
        {
            action();
        }
    }

    private void Show(LiveRound<T> round)
    {
        if (_isDisposed)
        {
            return;
        }

        if (round.IsAnew || round.Changes.Count >= _options.ResetFrom)
        {
            ShowAtOnce(round);
        }
        else
        {
            foreach (LiveChange<T> change in round.Changes)
            {
                ShowOne(change);
            }
        }

        if (round.IsLoaded && !_isLoaded)
        {
            _isLoaded = true;
            Raise(nameof(IsLoaded));
            _loaded.TrySetResult();
        }
    }

    private void ShowAtOnce(LiveRound<T> round)
    {
        lock (_lock)
        {
            if (round.IsAnew)
            {
                _list.Clear();
            }

            _list.Merge(round.Changes);
        }

        Raise(new NotifyCollectionChangedEventArgs(NotifyCollectionChangedAction.Reset));
    }

    private void ShowOne(LiveChange<T> change)
    {
        NotifyCollectionChangedEventArgs? step = null;
        if (change.Entry is { } entry)
        {
            lock (_lock)
            {
                step = _list.TryReplace(entry);
            }

            if (step is not null)
            {
                Raise(step);
                return;
            }
        }

        lock (_lock)
        {
            step = _list.Remove(change.Key);
        }

        Raise(step);
        if (change.Entry is { } added)
        {
            lock (_lock)
            {
                step = _list.Add(added);
            }

            Raise(step);
        }
    }

    private void Raise(NotifyCollectionChangedEventArgs? step)
    {
        if (step is null || _isDisposed)
        {
            return;
        }

        if (step.Action != NotifyCollectionChangedAction.Replace)
        {
            PropertyChanged?.Invoke(this, CountChanged);
        }

        PropertyChanged?.Invoke(this, IndexerChanged);
        CollectionChanged?.Invoke(this, step);
    }

    private void Raise(string property)
    {
        if (!_isDisposed)
        {
            PropertyChanged?.Invoke(this, new PropertyChangedEventArgs(property));
        }
    }
}
