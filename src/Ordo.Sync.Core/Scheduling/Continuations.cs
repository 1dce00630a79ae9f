namespace Ordo.Sync.Scheduling;

/// <summary>
/// Where what waits for a completion goes on: on the thread pool, or, inside a simulation, on the simulation's one thread in the
/// order that it decides. Everything in Core that wakes somebody up does so through <see cref="Completion{T}"/> or
/// <see cref="AsyncSemaphore"/>, so that a simulation is the same in every run.
/// </summary>
internal static class Continuations
{
    [ThreadStatic]
    private static Action<Action>? _post;

    /// <summary>
    /// Takes what is to run later on this thread; <see langword="null"/>, outside of simulations, for the thread pool. Of this
    /// thread alone.
    /// </summary>
    public static Action<Action>? Post
    {
        get => _post;
        set => _post = value;
    }

    /// <summary>Whether this thread belongs to a simulation.</summary>
    public static bool AreSimulated => _post is not null;

    /// <summary>How completions are made on this thread: posted ones need no detour over the pool.</summary>
    public static TaskCreationOptions Options =>
        _post is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None;
}
