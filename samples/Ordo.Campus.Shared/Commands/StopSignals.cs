using System.Runtime.InteropServices;

namespace Ordo.Campus.Shared.Commands;

/// <summary>
/// Ctrl+C, or a polite request to end, as a token; the process ends when its work has. The command line's own handling gives it two
/// seconds, which is too short for several processes, or for the batch that is under way.
/// </summary>
public sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stopping;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to listen.</summary>
    /// <param name="cancellationToken">Another reason to end.</param>
    public StopSignals(CancellationToken cancellationToken)
    {
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _registrations =
        [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal =>
                PosixSignalRegistration.Create(signal, context =>
                {
                    context.Cancel = true;
                    Stop();
                })),
        ];
    }

    /// <summary>Cancelled when the process is asked to end.</summary>
    public CancellationToken Token => _stopping.Token;

    /// <summary>Ends it from inside.</summary>
    public void Stop() => _stopping.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stopping.Dispose();
    }
}
