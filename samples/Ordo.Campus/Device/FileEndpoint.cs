using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Campus.Device;

/// <summary>Gives a file out to the browser: at once where it is here, else while it downloads.</summary>
internal static class FileEndpoint
{
    public static string AddressOf(BlobRef file) =>
        $"/files/{file.Id}?name={Uri.EscapeDataString(file.Name ?? "file")}";

    public static void MapFiles(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/files/{id}", async (string id, string name, CampusDevice device, CancellationToken cancellationToken) =>
        {
            if (!BlobId.TryParse(id, out BlobId blob))
            {
                return Results.NotFound();
            }

            try
            {
                // Whoever wrote the reference chose name and type: the browser saves, and opens nothing.
                Stream content = await device.Engine.Blobs.OpenReadAsync(blob, cancellationToken);
                return Results.Stream(content, "application/octet-stream", Path.GetFileName(name), enableRangeProcessing: true);
            }
            catch (SyncException exception)
            {
                return Results.Problem(exception.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        });
}
