namespace Ordo.Sync.Scheduling;

/// <summary>
/// What somebody waits for. Completing it calls nobody: who waits goes on elsewhere, later (<see cref="Continuations"/>).
/// </summary>
internal sealed class Completion<T>() : TaskCompletionSource<T>(Continuations.Options)
{
    /// <summary>Completes it; to be called once.</summary>
    public void Complete(T result)
    {
        if (Continuations.Post is { } post)
        {
            post(() => SetResult(result));
            return;
        }

        SetResult(result);
    }

    /// <summary>Completes it with a failure; to be called once.</summary>
    public void Fail(Exception exception)
    {
        if (Continuations.Post is { } post)
        {
            post(() => SetException(exception));
            return;
        }

        SetException(exception);
    }
}
