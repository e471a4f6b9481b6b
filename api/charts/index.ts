/** Charts as SVG text, made on the server: lines with bands, points with intervals, bars. Escapes what it shows. */
export {
  type AxisStyle,
  type Bar,
  type BarPanel,
  drawFigure,
  type Figure,
  type Panel,
  type Point,
  type PointPanel,
  type Reference,
  type Series,
} from './figure.js';
