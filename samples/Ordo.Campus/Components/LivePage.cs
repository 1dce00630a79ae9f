using Microsoft.AspNetCore.Components;
using Ordo.Campus.Device;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Watching;

namespace Ordo.Campus.Components;

/// <summary>
/// What shows lists that follow their records by themselves (<see cref="Live{T}"/>), or reads the store and reads it again when
/// something that it follows changes. Several changes in a row cost one reading and one drawing.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly List<IDisposable> _lists = [];
    private CancellationTokenSource? _following;
    private string? _topic;
    private bool _isStale;
    private bool _isReading;

    [Inject]
    private protected CampusDevice Device { get; set; } = default!;

    [Inject]
    private IHostApplicationLifetime Lifetime { get; set; } = default!;

    private bool IsStopping => Lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>What the page is about; where it changes, the page follows anew.</summary>
    protected virtual string Topic => string.Empty;

    /// <summary>Cancelled when the page is closed, or follows anew.</summary>
    protected CancellationToken Closing => _following?.Token ?? CancellationToken.None;

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        _following?.Cancel();
        _following?.Dispose();
        _following = null;
        DropLists();
    }

    protected sealed override async Task OnParametersSetAsync()
    {
        if (_topic == Topic)
        {
            return;
        }

        _topic = Topic;
        _following?.Cancel();
        _following = new CancellationTokenSource();
        DropLists();
        Follow();
        await ReadAgainAsync();
    }

    /// <summary>Says what to follow, by calls of <see cref="Live{T}"/> and <see cref="Follow{T}"/>.</summary>
    protected abstract void Follow();

    /// <summary>Reads what the page shows besides its lists.</summary>
    protected virtual Task ReadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The records of a collection as a list that follows them; it ends with the page, or when that follows anew.</summary>
    protected LiveCollection<T> Live<T>(ISyncCollection<T> records, Action<LiveOptions<T>>? configure = null)
    {
        LiveCollection<T> live = records.Live(configure);
        live.PropertyChanged += (_, _) =>
        {
            if (live.Failure is { } failure && !IsStopping)
            {
                _ = DispatchExceptionAsync(failure);
            }

            Refresh();
        };
        _lists.Add(live);
        return live;
    }

    /// <summary>Reads again at each change.</summary>
    protected void Follow<T>(IAsyncEnumerable<T> changes)
    {
        CancellationToken closing = Closing;
        _ = FollowAsync();

        async Task FollowAsync()
        {
            try
            {
                await foreach (T _ in changes.WithCancellation(closing))
                {
                    Refresh();
                }
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested)
            {
                // The page is closed.
            }
            catch (ObjectDisposedException) when (IsStopping)
            {
                // The device is being stopped, and the page's connection with it.
            }
            catch (Exception exception)
            {
                await DispatchExceptionAsync(exception);
            }
        }
    }

    /// <summary>Reads again soon. On any thread.</summary>
    protected void Refresh()
    {
        if (_following is not null)
        {
            _ = InvokeAsync(RefreshAsync);
        }
    }

    private void DropLists()
    {
        _lists.ForEach(list => list.Dispose());
        _lists.Clear();
    }

    private async Task RefreshAsync()
    {
        try
        {
            await ReadAgainAsync();
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    private async Task ReadAgainAsync()
    {
        _isStale = true;
        if (_isReading)
        {
            return;
        }

        _isReading = true;
        CancellationToken closing = Closing;
        try
        {
            while (_isStale && _following is not null)
            {
                _isStale = false;
                await ReadAsync(Closing);
                StateHasChanged();
                await Task.Delay(Pause, Closing);
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The page is closed, or is about something else now and reads that.
        }
        catch (ObjectDisposedException) when (IsStopping)
        {
            // The device is being stopped, and the page's connection with it.
        }
        finally
        {
            _isReading = false;
        }
    }
}
