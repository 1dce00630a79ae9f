using Ordo.Sync.Scheduling;

namespace Ordo.Sync.Testing.Simulation.Scheduling;

/// <summary>
/// The one thread of a simulated world: runs what is ready in an order drawn from the seed, and lets time pass when nothing is.
/// While it runs, nothing of the engine runs elsewhere.
/// </summary>
/// <param name="random">Chance.</param>
/// <param name="afterEvent">Runs after each event; throws where the world is broken.</param>
/// <param name="fail">Ends the world.</param>
internal sealed class SimulationLoop(SimulationRandom random, Action afterEvent, Action<string> fail)
{
    private const int EventsMax = 50_000;

    private readonly List<Action> _ready = [];
    private readonly PriorityQueue<SimulatedTimer, (long Ticks, long Number)> _timers = new();
    private long _number;
    private int _threadId;

    /// <summary>The time that has passed in the world.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>What has happened so far: for traces and bounds.</summary>
    public long EventCount { get; private set; }

    /// <summary>Queues what is to run on the world's thread.</summary>
    public void Post(Action action) => _ready.Add(action);

    /// <summary>Runs something after a time; a disposed timer is passed over.</summary>
    public SimulatedTimer After(TimeSpan delay, Action action)
    {
        var timer = new SimulatedTimer(action);
        TimeSpan due = Elapsed + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
        _timers.Enqueue(timer, (due.Ticks, _number++));
        return timer;
    }

    /// <summary>Waits in the world's time.</summary>
    public Task DelayAsync(TimeSpan delay)
    {
        var done = new TaskCompletionSource();
        After(delay, done.SetResult);
        return done.Task;
    }

    /// <summary>Starts something and runs the world until it has ended.</summary>
    public T Run<T>(Func<Task<T>> start) => Enter(() =>
    {
        Task<T> task = start();
        RunUntil(() => task.IsCompleted);
        afterEvent();
        return task.GetAwaiter().GetResult();
    });

    /// <summary>Starts something; it goes on whenever the world runs.</summary>
    public Task Start(Func<Task> start) => Enter(start);

    /// <summary>Runs the world until nothing is ready and so much time has passed.</summary>
    public void Pass(TimeSpan time) => Enter(() =>
    {
        TimeSpan end = Elapsed + time;
        bool isOver = false;
        After(time, () => isOver = true);
        RunUntil(() => isOver && _ready.Count == 0);
        Elapsed = end > Elapsed ? end : Elapsed;
        return true;
    });

    /// <summary>Fails where something of the world runs on a thread that is not its own: then no seed would replay.</summary>
    public void RequireThread()
    {
        if (Environment.CurrentManagedThreadId != _threadId)
        {
            throw new InvalidOperationException(
                "The simulation left its thread. Code that a world runs must await only what belongs to the world: no Task.Run, no "
                + "Task.Delay without its TimeProvider, no real I/O.");
        }
    }

    private T Enter<T>(Func<T> run)
    {
        if (Continuations.Post == Post)
        {
            throw new InvalidOperationException("The world runs already: await inside of it, and do not run it from within.");
        }

        SynchronizationContext? context = SynchronizationContext.Current;
        Action<Action>? outer = Continuations.Post;
        if (TaskScheduler.Current != TaskScheduler.Default)
        {
            throw new InvalidOperationException(
                "A simulated world runs on a thread without a task scheduler of its own, else its continuations would leave it.");
        }

        SynchronizationContext.SetSynchronizationContext(null);
        Continuations.Post = Post;
        _threadId = Environment.CurrentManagedThreadId;
        try
        {
            return run();
        }
        finally
        {
            Continuations.Post = outer;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private void RunUntil(Func<bool> isDone)
    {
        long end = EventCount + EventsMax;
        while (!isDone())
        {
            if (++EventCount > end)
            {
                fail($"The world does not come to rest: {EventsMax} events, and no end.");
            }

            if (_ready.Count > 0)
            {
                RunOne();
            }
            else if (!FireNext())
            {
                fail("Nothing can happen any more, and what was asked for has not ended: it waits for something outside of the world "
                    + "(another thread, real I/O, a delay without the device's Time), or for a node that is down.");
            }

            afterEvent();
        }
    }

    private void RunOne()
    {
        int at = random.Next(_ready.Count);
        Action action = _ready[at];
        _ready[at] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        action();
    }

    private bool FireNext()
    {
        while (_timers.TryDequeue(out SimulatedTimer? timer, out (long Ticks, long Number) due))
        {
            if (!timer.IsOver)
            {
                Elapsed = TimeSpan.FromTicks(Math.Max(Elapsed.Ticks, due.Ticks));
                timer.Fire();
                return true;
            }
        }

        return false;
    }
}
