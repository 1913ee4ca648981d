/** A good's picture, or the beginning of its name where it has none. */
export function GoodsPicture({ name, url, size = 36 }: { name: string; url: string; size?: number }) {
  const style = { width: size, height: size };
  if (url !== '') return <img className="goods-picture" src={url} alt="" style={style} draggable={false} loading="lazy" />;
  return (
    <span className="goods-picture" style={style} aria-hidden>
      {[...name.trim()][0] ?? '·'}
    </span>
  );
}
